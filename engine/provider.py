"""What the engine asks of anything that manages objects, and the ways in which it may answer with an error."""

import dataclasses
from collections.abc import Sequence
from typing import Final, Protocol

from engine.difference import Diff, by_inputs
from engine.paths import reset_ignored
from engine.state import Resource
from engine.values import Properties


class ProviderError(Exception):
    """A provider answered with an error, or did not answer."""


class ProviderGoneError(ProviderError):
    """A provider's process ended before it answered: what was asked for may have been done or not."""


class DiffUnavailableError(ProviderError):
    """The provider's own configuration is not known in this preview, so it cannot compare."""


class PartialFailureError(ProviderError):
    """The object exists but is not as it should be; carries what is known of it."""

    def __init__(self, reasons: Sequence[str], identity: str, outputs: Properties, inputs: Properties | None) -> None:
        """Keep what the provider sent with its error."""
        super().__init__("\n".join(reasons) or "resource init failed")
        self.reasons: Final = list(reasons)
        self.identity: Final = identity
        self.outputs: Final = outputs
        self.inputs: Final = inputs


@dataclasses.dataclass(kw_only=True)
class ReadResult:
    """What a provider found; an empty `identity` means that the object does not exist."""

    identity: str
    outputs: Properties
    inputs: Properties | None
    init_errors: list[str] = dataclasses.field(default_factory=list)


class Provider(Protocol):
    """What the planner and the steps ask of anything that manages objects."""

    def check(
        self, urn: str, *, old: Properties | None, new: Properties, preview: bool, seed: bytes
    ) -> tuple[Properties, list[tuple[str, str]]]:
        """Return the inputs with defaults, and failures as (property, reason)."""

    def diff(  # noqa: PLR0913  # the protocol's own request
        self,
        urn: str,
        *,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new: Properties,
        preview: bool,
        ignore: Sequence[str],
    ) -> Diff:
        """Compare without asking the object."""

    def create(self, urn: str, *, inputs: Properties, timeout: float, preview: bool) -> tuple[str, Properties]:
        """Make the object; return id and outputs."""

    def update(  # noqa: PLR0913  # the protocol's own request
        self,
        urn: str,
        *,
        identity: str,
        old_inputs: Properties,
        old_outputs: Properties,
        new: Properties,
        timeout: float,
        preview: bool,
        ignore: Sequence[str],
    ) -> Properties:
        """Change the object; return its outputs."""

    def delete(self, urn: str, *, identity: str, inputs: Properties, outputs: Properties, timeout: float) -> None:
        """Remove the object."""

    def read(
        self, urn: str, *, identity: str, inputs: Properties | None, state: Properties | None, timeout: float
    ) -> ReadResult:
        """Ask how the object is."""

    def invoke(self, token: str, args: Properties, *, preview: bool) -> tuple[Properties, list[tuple[str, str]]]:
        """Call a function."""


def compare(
    provider: Provider,
    resource: Resource,
    *,
    new_inputs: Properties,
    ignore: Sequence[str],
    preview: bool,
) -> Diff:
    """Ask *provider* how *resource* differs from *new_inputs*; an undecided answer is decided by the inputs."""
    diff = provider.diff(
        resource.urn,
        identity=resource.id,
        old_inputs=resource.inputs,
        old_outputs=resource.outputs,
        new=new_inputs,
        preview=preview,
        ignore=ignore,
    )
    if diff.changes is not None:
        return diff
    kept, _ = reset_ignored(new_inputs, resource.inputs, ignore)
    return by_inputs(diff, resource.inputs, kept)
