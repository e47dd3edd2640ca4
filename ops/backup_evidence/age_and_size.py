"""What age and size of the archives of one source tell."""

import datetime as dt
import statistics
from collections.abc import Iterator, Sequence

from ops.backup_evidence.archive import Archive

OLDEST = dt.timedelta(hours=26)
"""A night, and the time that it may take."""
OLDEST_BY_HAND = dt.timedelta(days=8)
"""What the operator keeps goes no more often than the check."""
HISTORY = 7
SMALLEST_PART = 0.5
SLACK = dt.timedelta(minutes=5)


def age_and_size_faults(
    archives: Sequence[Archive], *, now: dt.datetime, oldest: dt.timedelta = OLDEST
) -> Iterator[str]:
    """Yield what is wrong with *archives* of one source, the oldest first; the newest may be *oldest* and no older."""
    if not archives:
        yield "never backed up"
        return
    newest = archives[-1]
    age = now - newest.time
    if age > oldest:
        hours = int(age.total_seconds()) // 3600
        yield f"stale: the newest archive is from {newest.time:%Y-%m-%d %H:%M}, {hours} h ago"
    if age < -SLACK:
        yield f"from the future: the newest archive is from {newest.time:%Y-%m-%d %H:%M}; a clock was wrong"
    before = [archive.size for archive in archives[:-1]][-HISTORY:]
    if before and newest.size < SMALLEST_PART * statistics.median(before):
        usual = int(statistics.median(before))
        yield f"shrunk: {newest.size:,} bytes, where the last {len(before)} had {usual:,}"
