"""What one side of a rehearsal found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ops.official.event_log import Document
from rehearsal.check_list import CheckResult
from rehearsal.parity import PartUsed
from rehearsal.report import NotWatched


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Its lines of the report, in their order there."""

    checks: Sequence[CheckResult] = ()
    """The checks."""
    parts: Sequence[PartUsed] = ()
    """The parity table."""
    runs: Mapping[str, Mapping[str, Document]] = field(default_factory=dict)
    """Stack → `first`, `second` → what the engine did."""
    layers: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    """Host → its layers, and when each was first done, in seconds since the epoch."""
    not_watched: Sequence[NotWatched] = ()
    """What a refresh does not show."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Phase → how long it took."""
