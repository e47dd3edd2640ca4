"""How a drill ended."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class TypedCommand:
    """One command of the runbook, as it was typed."""

    command: str
    """As the page has it."""
    seconds: float
    """How long it took."""
    code: int
    """Its exit code."""


@dataclass(frozen=True, kw_only=True)
class DrillResult:
    """What the stop-watch and the comparison say."""

    name: str
    """Which drill."""
    passed: bool
    """Whether the runbook alone reached the goal, and the data are the same."""
    rto_seconds: float
    """From the disaster to the end of the runbook's last command."""
    rpo_seconds: float | None
    """Age of the newest data that came back; none where nothing could be compared."""
    compared: str
    """What the comparison found."""
    commands: tuple[TypedCommand, ...]
    """What was typed."""
    fault: str = ""
    """Why it did not pass."""

    def document(self) -> dict[str, object]:
        """Return it for programs."""
        return asdict(self)
