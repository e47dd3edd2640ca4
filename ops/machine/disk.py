"""Room for parts, machines and states."""

import shutil
from pathlib import Path

from ops.machine.finding import Finding

CACHE = Path("~/.cache/factory")
NEEDED_GIB = 10
_GIB = 1024**3


def disk(place: Path = CACHE, *, needed_gib: int = NEEDED_GIB) -> Finding:
    """Say how much is free where the parts and the machines of a rehearsal lie."""
    folder = place.expanduser()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free / _GIB
    found = f"{free:.1f} GiB free for {folder}"
    if free >= needed_gib:
        return Finding(name="disk", found=found, ok=True)
    return Finding(
        name="disk", found=f"{found}. Expected {needed_gib}", ok=False, fix=f"du -sh {folder}/*; ./factory lab purge"
    )
