"""How long to wait before a request is sent again."""

import email.utils
import random
import time
from collections.abc import Sequence

WAITS: Sequence[float] = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before the second, the third… attempt."""
LONGEST_ASKED = 60.0
"""Seconds that a server may ask us to wait; more would look like standing still."""
_SPREAD = 0.25


def waiting_time(planned: float, *, retry_after: str | None, now: float | None = None) -> float:
    """Return how long to wait: as the server asks, else about as planned, so that not all clients come back at once."""
    asked = _asked(retry_after, now=time.time() if now is None else now)
    if asked is not None:
        return min(asked, LONGEST_ASKED)
    return planned * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - nothing secret depends on it


def _asked(retry_after: str | None, *, now: float) -> float | None:
    """Read the header `Retry-After`, seconds or a date (RFC 9110)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - now)
    except ValueError:
        return None
