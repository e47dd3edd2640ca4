"""One gate that is still closed."""

import dataclasses
from collections.abc import Sequence
from typing import Literal


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing to do; to do it twice does no harm."""

    kind: Literal["unseal", "log in", "restart", "hold", "release"]
    """What."""
    space: str = ""
    """In which namespace."""

    def __str__(self) -> str:
        """Return it as it is told."""
        return f"{self.kind} {self.space}".strip()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """What must come true before anything after it is touched."""

    gate: str
    """Its name."""
    closed: Sequence[str]
    """What was found that keeps it closed."""
    deed: Deed | None = None
    """What opens it; without one it is waited for."""
    page: str = "power-cut.md"
    """What helps when it stays closed."""
    by_hand: bool = False
    """Whether waiting cannot open it."""
