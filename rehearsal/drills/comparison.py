"""What a drill found when it compared the data."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The data before the disaster beside those after the runbook."""

    same: bool
    """Whether all that must be there is there, as it was."""
    found: str
    """What was compared, and what differs where something does."""
    lost_seconds: float = 0.0
    """Age of the newest data that came back when the disaster struck: the RPO; 0 when nothing was lost."""
