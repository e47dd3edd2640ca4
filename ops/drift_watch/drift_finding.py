"""One object that is not as its stack left it, or that could not be asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

DriftState = Literal["changed", "gone", "not reached", "not proved"]


@dataclass(frozen=True, kw_only=True)
class DriftFinding:
    """One of them."""

    stack: str
    """Stack that it belongs to."""
    urn: str
    """Its URN; empty where the whole stack could not be asked."""
    type: str
    """Its type."""
    state: DriftState
    """What is the matter; what could not be asked is neither changed nor gone, a backup is proved or it is none."""
    what: Sequence[str]
    """Properties that changed, or why it could not be asked."""

    @property
    def name(self) -> str:
        """How a person finds it: of a layer of a host, host and layer."""
        return self.urn.rpartition("::")[2] or self.stack

    @property
    def mark(self) -> str:
        """The same for the same object in the same state, whatever else is found."""
        return hashlib.sha256(f"{self.stack} {self.urn} {self.state}".encode()).hexdigest()[:16]

    @property
    def remedies(self) -> Sequence[str]:
        """Commands that help, each with what it does."""
        if self.state == "not proved":
            return ["./factory backup check  # proves each backup anew, and says what is missing"]
        if self.state == "not reached":
            return [f"./factory doctor {self.stack}  # says what cannot be reached, and why"]
        return [
            f"./factory refresh {self.stack} --preview-only --diff  # shows it",
            f"./factory up {self.stack} --refresh  # repairs it",
            f"./factory refresh {self.stack}  # adopts it; the declaration must say the same, or the next up undoes it",
        ]
