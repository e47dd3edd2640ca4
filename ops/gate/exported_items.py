"""The state that `pulumi stack export --show-secrets` tells, resource by resource."""

from collections.abc import Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from ops.gate.keyed_hash import KeyedHash
from ops.gate.state_items import PASSING

DROPPED = frozenset({*PASSING, "sourcePosition", "stackTrace"})
"""What says when, or where in the program, not what."""

Object = Mapping[str, JsonValue]


def exported_items(deployment: Object, *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of each resource, of its secrets too, and of each operation that is half done."""
    found: dict[str, list[JsonValue]] = {}
    for resource in cast("Sequence[Object]", deployment.get("resources") or []):
        found.setdefault(str(resource["urn"]), []).append(_lasting(resource))
    for operation in cast("Sequence[Object]", deployment.get("pending_operations") or []):
        found.setdefault(f"unfinished: {_called(operation)}", []).append(_lasting(_resource(operation)))
    return {name: hashes.of(kind="state", value=each) for name, each in found.items()}


def exported_pending(deployment: Object) -> list[str]:
    """Return the operations that an earlier run left half done, each with its resource."""
    return [_called(each) for each in cast("Sequence[Object]", deployment.get("pending_operations") or [])]


def _called(operation: Object) -> str:
    return f"{operation['type']} {_resource(operation)['urn']}"


def _resource(operation: Object) -> Object:
    return cast("Object", operation["resource"])


def _lasting(resource: Object) -> JsonValue:
    return {key: value for key, value in resource.items() if key not in DROPPED}
