"""One thing that starts, and what it needs for that."""

import dataclasses
from typing import Literal

Place = Literal["host", "cluster", "operator"]
"""On a host beside the cluster, in the cluster, or by what the operator does."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Need:
    """Something that must serve before."""

    of: str
    """What."""
    kept_by: str
    """What waits for it or checks it; with `or_else`, when it is asked for."""
    or_else: str | None = None
    """What does instead while it is away; a start that has this does not wait, and closes no circle."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Start:
    """Something that starts after a power cut, or that the operator does."""

    place: Place
    needs: tuple[Need, ...] = ()
