"""The state that a plan starts from, resource by resource."""

from collections.abc import Iterable
from typing import cast

from pydantic import JsonValue

from engine.backend import Operation
from engine.state import Resource, to_json
from ops.gate.keyed_hash import KeyedHash

PASSING = ("created", "modified")
"""What says when, not what."""


def state_items(resources: Iterable[Resource], pending: Iterable[Operation], *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of each resource, of its secrets too, and of each operation that is half done."""
    found: dict[str, list[JsonValue]] = {}
    for resource in resources:
        found.setdefault(resource.urn, []).append(_normal(resource, hashes))
    for operation in pending:
        name = f"unfinished: {operation.kind} {operation.resource.urn}"
        found.setdefault(name, []).append(_normal(operation.resource, hashes))
    return {name: hashes.of(kind="state", value=each) for name, each in found.items()}


def _normal(resource: Resource, hashes: KeyedHash) -> JsonValue:
    document = to_json(resource, hashes.of_secret)
    return cast("JsonValue", {key: value for key, value in document.items() if key not in PASSING})
