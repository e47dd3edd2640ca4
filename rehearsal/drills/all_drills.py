"""The drills there are."""

from collections.abc import Sequence

from rehearsal.drills import (
    authority_lost,
    foundations_lost,
    lab_lost,
    laptop_lost,
    objects_wiped,
    power_cut,
    state_lost,
    table_dropped,
    vault_lost,
    vault_sealed,
    volumes_lost,
)
from rehearsal.drills.drill import Drill

ALL_DRILLS: Sequence[Drill] = (
    power_cut.ONE,
    power_cut.ALL,
    vault_lost.DRILL,
    vault_sealed.DRILL,
    foundations_lost.DISK,
    foundations_lost.FORGE,
    lab_lost.DRILL,
    objects_wiped.DRILL,
    volumes_lost.DRILL,
    table_dropped.DRILL,
    state_lost.LOST,
    state_lost.OLD,
    authority_lost.DRILL,
    laptop_lost.DRILL,
)
"""In the order in which `all` runs them."""
