"""What the provider needs to know of one type of resource."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

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

    names_it: str
    """The input that names the object and is its id: another value means another object."""

    def check(self, inputs: Properties) -> Checked:
        """Refuse what cannot be used, and bring the rest to its normal form; contacts nothing."""
        ...

    def make(self, inputs: Properties) -> Properties:
        """Make the object exactly as *inputs* say, whatever is there, and return its outputs."""
        ...

    def read(self, identity: str, inputs: Properties) -> Found | None:
        """Return the object as it is, `None` when it is gone; *inputs* are empty on an import."""
        ...

    def delete(self, identity: str) -> None:
        """Take the object away; fine when it is gone already."""
        ...
