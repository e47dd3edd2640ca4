"""What lies on one disk of Longhorn."""

import json
from dataclasses import dataclass
from pathlib import Path

from ops.volume_objects.refused_dump_error import RefusedDumpError


@dataclass(frozen=True, kw_only=True)
class DiskListing:
    """A disk and the replicas on it."""

    file: Path
    """Where the listing stands."""
    disk: str
    """The id that Longhorn gave it."""
    folders: frozenset[str]
    """Names of the folders under `replicas`."""


def read_disk_listing(file: Path) -> DiskListing:
    """Read `longhorn-disk.cfg`, one line of JSON, and below it the names that `ls replicas` gives."""
    try:
        first, *names = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        disk = json.loads(first)["diskUUID"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedDumpError(
            f"{file}: expected the line of longhorn-disk.cfg with a diskUUID, then one folder a line: {error!r}"
        ) from error
    return DiskListing(file=file, disk=str(disk), folders=frozenset(name.strip().rstrip("/") for name in names))
