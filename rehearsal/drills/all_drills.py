"""The drills there are."""

from collections.abc import Sequence

from rehearsal.drills import (
    authority_lost,
    foundations_lost,
    laptop_lost,
    objects_wiped,
    state_lost,
    table_dropped,
    vault_sealed,
    volumes_lost,
)
from rehearsal.drills.drill import Drill

ALL_DRILLS: Sequence[Drill] = (
    volumes_lost.DRILL,
    objects_wiped.DRILL,
    state_lost.LOST,
    state_lost.OLD,
    vault_sealed.DRILL,
    authority_lost.DRILL,
    laptop_lost.DRILL,
    table_dropped.DRILL,
    foundations_lost.FORGE,
    foundations_lost.DISK,
)
"""In the order in which `all` runs them."""
