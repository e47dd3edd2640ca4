"""Make names last."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Bring new and changed names in *folder* to the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
