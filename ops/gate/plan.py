"""What a plan holds: the steps with the differences of their properties, and what its digest binds."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel  # noqa: TID251 -- a document of ours, no settings

QUIET = frozenset({"same", "read", "refresh"})
"""Steps that only look; a refresh that found a difference is not quiet."""


class Property(BaseModel, frozen=True, extra="forbid"):
    """One property that changes; secrets are shown as `[secret]`, what only an update can tell as `[unknown]`."""

    path: str
    """Where it is in the resource."""
    kind: str
    """`add`, `delete` or `update`, with `-replace` where it asks for a replacement."""
    before: str
    """Old value as JSON, for people."""
    after: str
    """New value as JSON, for people."""
    settled: bool
    """Whether everything in it is known before the update."""
    mark: str
    """Keyed hash of both values, secrets included."""


class PlannedStep(BaseModel, frozen=True, extra="forbid"):
    """One step."""

    op: str
    """Name of the operation, as Pulumi calls it."""
    urn: str
    """Resource it is about."""
    type: str
    """Type of that resource."""
    protect: bool = False
    """Whether the resource is protected."""
    properties: Sequence[Property] = ()
    """Properties that change, by path."""

    @property
    def name(self) -> str:
        """Name of the resource."""
        return self.urn.rpartition("::")[2]

    @property
    def changes(self) -> bool:
        """Whether it is more than looking."""
        return self.op not in QUIET or (self.op == "refresh" and bool(self.properties))


class Plan(BaseModel, frozen=True, extra="forbid"):
    """What a preview with refresh found."""

    project: str
    """Name of the project."""
    stack: str
    """Name of the stack."""
    engine: str
    """Which engine made it, with its version."""
    review: str
    """What was reviewed: `org/repository#12`; empty for a plan that a person makes by hand."""
    digest: str
    """What a reviewer agrees to."""
    parts: Mapping[str, Mapping[str, str]]
    """Part of the digest → name of an item → its keyed hash."""
    steps: Sequence[PlannedStep]
    """The steps that are more than looking, by resource."""
    counts: Mapping[str, int]
    """Number of resources by operation."""
    pending: Sequence[str]
    """Operations that an earlier run left half done."""
    faults: Sequence[str]
    """What the engine has against it; there is a digest only without faults."""
    seconds: float
    """How long it took."""
