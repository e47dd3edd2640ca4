"""One way in which the lab was or could be lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rehearsal.drills.comparison import Comparison
from rehearsal.drills.place import Place

Ground = Literal["machines", "servers"]


class Story(Protocol):
    """One drill under way."""

    @property
    def names(self) -> Mapping[str, str]:
        """What each placeholder of the runbook stands for; read once the disaster struck."""

    def write(self) -> None:
        """Write what must not be lost."""

    def strike(self) -> None:
        """Let the disaster happen."""

    def compare(self) -> Comparison:
        """Look, by other means than the runbook's, at what came back."""


@dataclass(frozen=True, kw_only=True)
class Drill:
    """A disaster, and what it needs to happen to."""

    name: str
    """What is typed; its runbook is the page `recover-NAME.md`."""
    summary: str
    """What happens."""
    ground: Ground
    """Three machines, or the databases of the stack postgres on real servers of this computer."""
    layers: Sequence[str] = ()
    """What the machines are given before it."""
    assessed: bool = False
    """Whether `./factory recover assess` must find this case before anything else is typed; it asks all machines."""
    begin: Callable[[Place], Story]
    """Begins it."""

    @property
    def page(self) -> str:
        """File name of its runbook."""
        return f"recover-{self.name}.md"
