"""A custom resource definition of our own, where the publisher's cannot be had."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import JsonValue

TEXT: JsonValue = {"type": "string"}


def fields(required: Sequence[str] = (), **properties: JsonValue) -> JsonValue:
    """Return the schema of a mapping that has these fields and no others."""
    return {"type": "object", "properties": properties, **({"required": [*required]} if required else {})}


def definition(
    kind: str, *, group: str, version: str, scope: Literal["Namespaced", "Cluster"], parts: Mapping[str, JsonValue]
) -> JsonValue:
    """Return the definition of *kind*, whose objects hold *parts* beside their metadata."""
    about: dict[str, JsonValue] = {"apiVersion": TEXT, "kind": TEXT, "metadata": {"type": "object"}}
    schema: JsonValue = {"type": "object", "properties": {**about, **parts}}
    singular = kind.lower()
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{singular}s.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": f"{singular}s", "singular": singular},
            "scope": scope,
            "versions": [{"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
