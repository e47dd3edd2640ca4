"""Durable files: write to a temporary name, sync, rename, sync the folder."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, parts: Iterable[str], *, mode: int = 0o600) -> None:
    """Replace *path* by the joined *parts*; after this returns the content survives a power cut.

    Raises:
        OSError: the disk is full or the folder cannot be written; the old file is intact.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path, str(os.getpid()))
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def copy(source: Path, target: Path) -> None:
    """Replace *target* by a copy of *source* with the same rights; a crash leaves the old one or the new one.

    Raises:
        OSError: the disk is full or the folder cannot be written; the old file is intact.

    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(target, str(os.getpid()))
    try:
        shutil.copy(source, temporary)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def remove_unfinished(path: Path) -> None:
    """Remove what a process left that was killed while it wrote *path*."""
    for left in path.parent.glob(_temporary(path, "*").name):
        left.unlink(missing_ok=True)


def _temporary(path: Path, mark: str) -> Path:
    return path.with_name(f".{path.name}.{mark}.tmp")


def sync_folder(folder: Path) -> None:
    """Make a rename inside *folder* durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
