"""What the provider needs to know of one type of resource."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from provider.values import Properties


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checked:
    """Inputs in their normal form, and what is wrong with them."""

    inputs: Properties
    """Inputs as they go on."""
    faults: Sequence[tuple[str, str]] = ()
    """Input and fault; empty when the inputs can be used."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    """A resource as it is."""

    inputs: Properties
    """Inputs that would declare it as it is."""
    outputs: Properties
    """All that is known of it."""


class ResourceKind(Protocol):
    """One type of resource, whose id follows from its inputs."""

    @property
    def names_it(self) -> tuple[str, ...]:
        """Return the inputs that name the object: another value of one of them means another object."""
        ...

    @property
    def delete_first(self) -> bool:
        """Tell whether another object can only be made when the old one is gone."""
        ...

    def identity(self, inputs: Properties, /) -> str:
        """Return the id, which follows from the inputs that name the object."""
        ...

    def check(self, inputs: Properties) -> Checked:
        """Refuse what cannot be used, and bring the rest to its normal form; contacts nothing."""
        ...

    def make(self, inputs: Properties, state: Properties, /) -> Properties:
        """Make the object exactly as *inputs* say, whatever is there, and return its outputs.

        *state* holds the outputs of the last time, and nothing when the object is new to the stack.
        """
        ...

    def read(self, identity: str, inputs: Properties, state: Properties, /) -> Found | None:
        """Return the object as it is, `None` when it is gone; *inputs* and *state* are empty on an import."""
        ...

    def delete(self, identity: str, /) -> None:
        """Take the object away; fine when it is gone already."""
        ...


@runtime_checkable
class DeletesKnown(Protocol):
    """A type of resource whose server gives ids of its own, so that another name does not hide an object."""

    def delete_known(self, identity: str, state: Properties, /) -> None:
        """Take the object away that *state* knows, whatever it is called now; fine when it is gone already."""
        ...


@runtime_checkable
class TellsWhatStays(Protocol):
    """A type of resource that can tell before a change which of its outputs stay."""

    def stays(self, state: Properties, /) -> Sequence[str]:
        """Return the outputs that a change leaves as they are in *state*; the others are known afterwards."""
        ...


@runtime_checkable
class TellsSecrets(Protocol):
    """A type of resource whose server tells secrets when it is asked."""

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Return the properties that are secret, whoever asks."""
        ...
