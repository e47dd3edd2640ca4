"""Age and size of archives against their history."""

import datetime as dt

import pytest

from ops.backup_evidence.age_and_size import age_and_size_faults
from ops.backup_evidence.archive import Archive

NOW = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


def archive(hours: float, size: int = 1000) -> Archive:
    """Return one from so many hours ago."""
    time = NOW - dt.timedelta(hours=hours)
    return Archive(id="0a1b2c3d", host="pi2", source="postgres", time=time, size=size, folder="/data/postgres")


@pytest.mark.parametrize(
    ("archives", "faults"),
    [
        ([archive(32), archive(8)], []),
        ([], ["never backed up"]),
        ([archive(32)], ["stale: the newest archive is from 2026-01-30 04:00, 32 h ago"]),
        (
            [archive(-5)],
            ["from the future: the newest archive is from 2026-01-31 17:00; a clock was wrong"],
        ),
        (
            [archive(56, 1000), archive(32, 1200), archive(8, 400)],
            ["shrunk: 400 bytes, where the last 2 had 1,100"],
        ),
        ([archive(32, 1000), archive(8, 900)], []),
    ],
    ids=["good", "none", "stale", "future", "shrunk", "a little smaller"],
)
def test_age_and_size(archives: list[Archive], faults: list[str]) -> None:
    """What is stale, from the future, or much smaller than usual is told."""
    assert [*age_and_size_faults(archives, now=NOW)] == faults


def test_only_our_snapshots_are_archives() -> None:
    """What restic lists is read; a snapshot without our tags is somebody else's; the oldest comes first."""
    ours = '{"id":"%s","hostname":"pi2","time":"%s","paths":["/d/postgres"],"tags":["source=postgres","bytes=7"],"x":1}'
    other = '{"id":"c","hostname":"pi2","time":"2026-01-29T04:00:00Z","paths":["/d"]}'
    listed = ",".join([ours % ("b", "2026-01-31T04:00:00.5Z"), other, ours % ("a", "2026-01-30T04:00:00Z")])
    found = Archive.all_in(f"[{listed}]")
    assert [(each.id, each.name, each.size) for each in found] == [("a", "pi2/postgres", 7), ("b", "pi2/postgres", 7)]
