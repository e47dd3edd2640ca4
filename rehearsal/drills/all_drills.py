"""The drills there are."""

from collections.abc import Sequence

from rehearsal.drills import volumes_lost
from rehearsal.drills.drill import Drill

ALL_DRILLS: Sequence[Drill] = (volumes_lost.DRILL,)
"""In the order in which `all` runs them."""
