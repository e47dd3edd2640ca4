"""Bring files within reach of a server's account."""

import os
import shutil
from pathlib import Path

from rehearsal.servers.server_process import first_closed_folder


def near(source: Path, *, folder: Path) -> Path:
    """Return *source*, a file or a folder, or links to it in *folder* when the server's account cannot reach it."""
    if first_closed_folder(source.parent) is None:
        return source
    target = folder / source.name
    if not target.exists():
        if source.is_dir():
            shutil.copytree(source, target, copy_function=_linked)
        else:
            _linked(source, target)
    return target


def _linked(source: str | Path, target: str | Path) -> None:
    """Link, or copy where the two are on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
