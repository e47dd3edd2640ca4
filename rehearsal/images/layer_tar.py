"""One layer of an image as an archive."""

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rehearsal.images.image import Brought

LEFT_OUT = ("dev", "proc", "run", "sys", "tmp", "var/cache", "var/lib/apt/lists", "var/log", "etc/resolv.conf")
"""Folders and files that belong to the making of a layer, not to the layer: paths from its root."""
OPAQUE = "trusted.overlay.opaque"


def tar_of_root(root: Path, target: Path) -> str:
    """Write the folder `root`, the upper side of an overlay included, to `target`; return the archive's digest."""
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in _below(root, root):
            name = str(path.relative_to(root))
            found = path.lstat()
            if stat.S_ISCHR(found.st_mode) and found.st_rdev == 0:
                # An overlay marks what is gone by such a device, an image by an empty file with this name.
                archive.addfile(tarfile.TarInfo(f"{Path(name).parent}/.wh.{Path(name).name}"))
                continue
            archive.add(path, arcname=name, recursive=False)
            if path.is_dir() and not path.is_symlink() and OPAQUE in os.listxattr(path):
                archive.addfile(tarfile.TarInfo(f"{name}/.wh..wh..opq"))
        for name in ("dev", "proc", "run", "sys", "tmp"):
            archive.addfile(_folder(name, mode=0o1777 if name == "tmp" else 0o755))
    return _digest(target)


def tar_of_files(files: Mapping[str, Brought], target: Path) -> str:
    """Write the files to `target`, all owned by root and of no age; return the archive's digest."""
    made: set[str] = set()
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for name, each in sorted(files.items()):
            for folder in _folders_above(name):
                if folder not in made:
                    made.add(folder)
                    archive.addfile(_folder(folder, mode=0o755))
            entry = archive.gettarinfo(str(each.source), arcname=name.lstrip("/"))
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = "root"
            if each.mode is not None:
                entry.mode = each.mode
            if entry.islnk():
                # Two names of one file: each is written as a file, for the first may not be among these.
                entry.type, entry.linkname = tarfile.REGTYPE, ""
                entry.size = each.source.stat().st_size
            if not entry.isreg():
                archive.addfile(entry)
                continue
            with each.source.open("rb") as content:
                archive.addfile(entry, content)
    return _digest(target)


def _below(folder: Path, root: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if str(path.relative_to(root)) in LEFT_OUT:
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _below(path, root)


def _folders_above(name: str) -> Sequence[str]:
    parts = name.strip("/").split("/")[:-1]
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _folder(name: str, *, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
