"""One archive in a repository."""

import datetime as dt
from collections.abc import Sequence
from typing import Self

import pydantic

from stacks.model import Model

_SOURCE = "source="
_BYTES = "bytes="


class Archive(Model):
    """One source of one host, as it was at one time."""

    id: str
    """As restic calls it."""
    host: str
    source: str
    time: dt.datetime
    """When its collection began."""
    size: int
    """Bytes that were collected."""
    folder: str
    """Path in the archive."""

    @property
    def name(self) -> str:
        """How it is asked for."""
        return f"{self.host}/{self.source}"

    @classmethod
    def all_in(cls, listed: str) -> Sequence[Self]:
        """Return those that `restic snapshots --json` listed, the oldest first; others' snapshots are left aside."""
        found = []
        for each in _SNAPSHOTS.validate_json(listed):
            tags = each.tags or []
            source = next((tag.removeprefix(_SOURCE) for tag in tags if tag.startswith(_SOURCE)), None)
            size = next((tag.removeprefix(_BYTES) for tag in tags if tag.startswith(_BYTES)), None)
            if source is not None and size is not None and len(each.paths) == 1:
                found.append(
                    cls(
                        id=each.id,
                        host=each.hostname,
                        source=source,
                        time=each.time,
                        size=int(size),
                        folder=each.paths[0],
                    )
                )
        return sorted(found, key=lambda archive: archive.time)


@pydantic.dataclasses.dataclass(config=pydantic.ConfigDict(extra="ignore"))
class _Snapshot:
    id: str
    hostname: str
    time: dt.datetime
    paths: list[str]
    tags: list[str] | None = None


_SNAPSHOTS = pydantic.TypeAdapter(list[_Snapshot])
