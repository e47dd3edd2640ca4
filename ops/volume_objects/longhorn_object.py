"""One object of Longhorn, as the API gives it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

GROUP = "longhorn.io"
NAMESPACE = "longhorn-system"
KINDS = ("Replica", "Engine", "Volume")
"""In the order in which they are written: a volume that is alone for a moment would be given blank replicas."""
_KEPT = ("name", "namespace", "labels", "annotations", "finalizers")


@dataclass(frozen=True, kw_only=True)
class LonghornObject:
    """What counts of a volume, an engine or a replica."""

    kind: str
    """Volume, Engine or Replica."""
    name: str
    """Its name in the namespace of Longhorn."""
    document: Mapping[str, JsonValue]
    """All of it."""

    @property
    def spec(self) -> Mapping[str, JsonValue]:
        """What was wanted of it."""
        spec = self.document.get("spec")
        return spec if isinstance(spec, dict) else {}

    @property
    def volume(self) -> str:
        """The volume that it belongs to."""
        return self.name if self.kind == "Volume" else str(self.spec.get("volumeName", ""))

    @property
    def title(self) -> str:
        """How it is told."""
        return f"{self.kind} {self.name}"

    def anew(self) -> dict[str, JsonValue]:
        """Return it as it can be created: without what one API server gave it, and without owners that are no more."""
        metadata = self.document.get("metadata")
        known = metadata if isinstance(metadata, dict) else {}
        return {
            "apiVersion": self.document["apiVersion"],
            "kind": self.kind,
            "metadata": {key: known[key] for key in _KEPT if key in known},
            "spec": dict(self.spec),
        }
