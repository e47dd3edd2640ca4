"""What a check may prove with, besides the places that it restores into."""

import dataclasses
from collections.abc import Callable, Sequence


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ways:
    """Whoever runs the check has these or not; what has none is proved as far as it goes."""

    every_byte: bool = True
    """Read all that is kept, or a tenth of it."""
    shares: Sequence[str] = dataclasses.field(default=(), repr=False)
    """What opens the Vault that snapshots are made of; without them a snapshot can be whole, and no more."""
    api: Callable[[str], tuple[int, str]] | None = None
    """Has the API of the cluster look at a document and change nothing; exit code and words of kubectl."""
