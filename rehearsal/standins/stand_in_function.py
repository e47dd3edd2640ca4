"""What a stand-in must know about one function of a package."""

from dataclasses import dataclass
from typing import Protocol

from rehearsal.standins.plain import Properties


class _Call(Protocol):
    def __call__(self, arguments: Properties, /) -> Properties: ...


@dataclass(frozen=True, kw_only=True)
class StandInFunction:
    """One function: what it may be told, and what it answers."""

    token: str
    """Pulumi's name of the function."""
    arguments: frozenset[str]
    """What it may be told; anything else is refused by name."""
    call: _Call
    """Gives the answer to the arguments that were given."""
