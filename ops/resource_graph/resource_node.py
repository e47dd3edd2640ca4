"""One resource of a stack's state, as far as the picture needs it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue


@dataclass(frozen=True, kw_only=True)
class ResourceNode:
    """One resource."""

    urn: str
    """Its URN."""
    type: str
    """Its type token."""
    parent: str
    """URN of its parent; empty for the stack itself."""
    needs: Sequence[str]
    """URNs of what it depends on, its parent excepted."""
    protected: bool
    """Whether a delete is refused."""

    @property
    def name(self) -> str:
        """Its name within its type."""
        return self.urn.rpartition("::")[2]

    @property
    def short_type(self) -> str:
        """The last word of its type."""
        return self.type.rpartition(":")[2]


def resource_nodes(resources: Iterable[Mapping[str, JsonValue]]) -> list[ResourceNode]:
    """Return the nodes of the deployment format's *resources* (version 3); providers are left out."""
    return [
        ResourceNode(
            urn=str(each["urn"]),
            type=str(each["type"]),
            parent=str(each.get("parent") or ""),
            needs=sorted({*_texts(each.get("dependencies")), *_by_property(each.get("propertyDependencies"))}),
            protected=each.get("protect") is True,
        )
        for each in resources
        if not str(each["type"]).startswith("pulumi:providers:") and each.get("delete") is not True
    ]


def _texts(value: JsonValue) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _by_property(value: JsonValue) -> list[str]:
    return [urn for urns in value.values() for urn in _texts(urns)] if isinstance(value, dict) else []
