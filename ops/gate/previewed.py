"""What an engine says before a change, and who asks it."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ops.gate.keyed_hash import KeyedHash
from ops.gate.plan import PlannedStep


@dataclasses.dataclass(frozen=True, kw_only=True)
class Previewed:
    """The starting state and what would be done with it."""

    state: Mapping[str, str]
    """Resource → its keyed hash."""
    steps: Sequence[PlannedStep]
    """The steps that are more than looking, by resource."""
    goals: Mapping[str, str]
    """Keyed hashes of what the engine knows of the steps besides; empty where the steps say it all."""
    counts: Mapping[str, int]
    """Number of resources by operation."""
    pending: Sequence[str]
    """Operations that an earlier run left half done."""
    faults: Sequence[str]
    """What the engine has against it."""
    seconds: float
    """How long it took."""


class Previewing(Protocol):
    """One of the two engines, asked for a preview."""

    @property
    def engine(self) -> str:
        """Its name and version."""
        ...

    def preview(self, folder: Path, stack: str, *, hashes: KeyedHash) -> Previewed:
        """Ask the real objects and compare; nothing is changed.

        Raises:
            ProjectError, PassphraseError, StateError: there is nothing to plan with.

        """
        ...
