"""What a stand-in must know about one resource type."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rehearsal.standins.plain import Plain, Properties


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a resource type, as the official package declares it."""

    type: type
    """Python type of a value."""
    default: Plain = None
    """Value of an input that the program leaves out."""
    required: bool = False
    """The program must give it."""
    computed: bool = False
    """The server chooses a value when the program gives none."""
    output: bool = False
    """Never an input."""
    replaces: bool = False
    """A change makes a new resource."""
    secret: bool = False
    """Its output is marked secret."""
    unordered: bool = False
    """The order of the list means nothing."""
    minimum: int | None = None
    """Smallest number allowed."""


class ResourceKind(ABC):
    """One resource type: its properties, and how to make, read, change and remove one."""

    token: ClassVar[str]
    """Pulumi's name of the type."""
    properties: ClassVar[Mapping[str, Property]]
    """What the stand-in accepts and gives; anything else is refused by name."""
    named: ClassVar[bool] = True
    """Has a name that can exist only once, so that a replacement under the same name deletes first."""

    @abstractmethod
    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make one; return its id and state."""

    @abstractmethod
    def read(self, identity: str, state: Properties) -> tuple[str, Properties] | None:
        """Return id and state as they are now, None when there is none; *state* is empty for an import."""

    @abstractmethod
    def update(self, identity: str, *, old: Properties, new: Properties) -> Properties:
        """Change one from the *old* state to the *new* values; return its state."""

    @abstractmethod
    def delete(self, identity: str, state: Properties) -> None:
        """Remove one."""
