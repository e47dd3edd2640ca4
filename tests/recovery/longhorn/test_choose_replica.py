"""The best of several replicas."""

import os
from pathlib import Path

import pytest

from recovery.longhorn.choose_replica import choose_replica
from recovery.longhorn.fault import ChainError
from tests.recovery.longhorn.replica_folder import (
    BLOCK,
    LayerContent,
    change_meta,
    head_name,
    snapshot_name,
    write_replica,
)

NOON = 1_780_000_000
"""Seconds since 1970; 2026-05-28 20:26:40."""


def replica(folder: Path, *, written: int = NOON, size: int = 8, blocks: int = 1, snapshots: int = 1) -> Path:
    """Write a replica whose head was last written at *written*."""
    below = [LayerContent(size=size * BLOCK, created=f"2026-01-0{1 + number}T00:00:00Z") for number in range(snapshots)]
    head = LayerContent(size=size * BLOCK, blocks=dict.fromkeys(range(blocks), b"x"))
    names = write_replica(folder, [*below, head])
    os.utime(folder / names[-1], (written, written))
    return folder


def test_the_only_one_needs_no_reason(tmp_path: Path) -> None:
    """One folder, one answer."""
    choice = choose_replica([replica(tmp_path / "one")])

    assert (choice.reasons, choice.refused, choice.warnings) == (("the only one",), (), ())


def test_a_larger_volume_is_newer(tmp_path: Path) -> None:
    """A replica that did not follow the growth failed before it."""
    small, large = replica(tmp_path / "small", size=8), replica(tmp_path / "large", size=9)

    choice = choose_replica([small, large])

    assert choice.replica.folder == large
    assert choice.reasons == (f"the volume has grown to 36,864 bytes, which {small} did not follow",)


def test_snapshots_above_the_newest_of_another_are_newer(tmp_path: Path) -> None:
    """Whatever the clocks said."""
    old, new = replica(tmp_path / "old", snapshots=1, blocks=3), replica(tmp_path / "new", snapshots=2)

    choice = choose_replica([old, new])

    assert choice.replica.folder == new
    assert choice.reasons == (f"it has later snapshots than {old}",)


def test_of_chains_without_a_common_snapshot_the_later_one_counts(tmp_path: Path) -> None:
    """By the time that Longhorn wrote into all replicas alike."""
    old, new = replica(tmp_path / "old"), replica(tmp_path / "new")
    for name in (snapshot_name(0), f"{snapshot_name(0)}.meta"):
        (new / name).rename(new / name.replace(snapshot_name(0), snapshot_name(9)))
    change_meta(new / f"{head_name(1)}.meta", Parent=snapshot_name(9))
    change_meta(new / "volume.meta", Parent=snapshot_name(9))
    change_meta(new / f"{snapshot_name(9)}.meta", Created="2026-01-02T00:00:00Z")

    choice = choose_replica([old, new])

    assert choice.replica.folder == new
    assert choice.reasons == (f"it has the snapshot of 2026-01-02 00:00:00, which {old} lacks",)


def test_a_head_written_later_is_newer(tmp_path: Path) -> None:
    """More than five seconds, as Longhorn's own salvage."""
    old, new = replica(tmp_path / "old", written=NOON - 6, blocks=3), replica(tmp_path / "new")

    choice = choose_replica([old, new])

    assert choice.replica.folder == new
    assert choice.reasons == (f"its head was last written 2026-05-28 20:26:40, later than in {old}",)


def test_of_equally_new_heads_the_fuller_one_counts(tmp_path: Path) -> None:
    """Within five seconds."""
    less, more = replica(tmp_path / "less"), replica(tmp_path / "more", written=NOON - 4, blocks=3)

    choice = choose_replica([less, more])

    assert choice.replica.folder == more
    assert choice.reasons == (f"its head holds the most, 12,288 bytes, more than in {less}",)


def test_one_that_was_closed_goes_before_a_dirty_one(tmp_path: Path) -> None:
    """The last rule that tells two apart."""
    dirty, closed = replica(tmp_path / "dirty"), replica(tmp_path / "closed")
    change_meta(dirty / "volume.meta", Dirty=True)

    choice = choose_replica([dirty, closed])

    assert choice.replica.folder == closed
    assert choice.reasons == (f"it was closed in an orderly way, unlike {dirty}",)


def test_of_equals_the_first_is_used(tmp_path: Path) -> None:
    """And it is said that they are equal."""
    first, second = replica(tmp_path / "first"), replica(tmp_path / "second")

    choice = choose_replica([first, second])

    assert choice.replica.folder == first
    assert choice.reasons == (f"as good as {second}, and named first",)


def test_one_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """And the other is used."""
    broken, whole = replica(tmp_path / "broken", written=NOON + 60), replica(tmp_path / "whole")
    change_meta(broken / "volume.meta", Rebuilding=True)

    choice = choose_replica([broken, whole])

    assert choice.replica.folder == whole
    assert choice.reasons == ("the only usable one",)
    assert [fault.file for fault in choice.refused] == [broken / "volume.meta"]


def test_none_that_can_be_used_names_every_fault(tmp_path: Path) -> None:
    """One sentence for each."""
    folders = [replica(tmp_path / "one"), replica(tmp_path / "two")]
    for folder in folders:
        change_meta(folder / "volume.meta", Rebuilding=True)

    with pytest.raises(ChainError) as fault:
        choose_replica(folders)

    lines = str(fault.value).splitlines()
    assert lines[0] == f"{tmp_path}: expected a usable replica among those named, found none:"
    assert [line.partition(":")[0].strip() for line in lines[1:]] == [f"{each}/volume.meta" for each in folders]


def test_signs_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    """A newer snapshot in one, a later write in the other: a clock jumped, or somebody reverted."""
    snapshot = replica(tmp_path / "snapshot", snapshots=2, written=NOON - 60)
    written = replica(tmp_path / "written", snapshots=1)

    choice = choose_replica([snapshot, written])

    assert choice.replica.folder == snapshot
    assert choice.warnings == (
        (
            f"{written} was written to 60 s later than {snapshot}: a clock jumped, or a snapshot was reverted to. "
            "Merge both and compare"
        ),
    )


def test_replicas_of_two_volumes_are_refused(tmp_path: Path) -> None:
    """Longhorn names the folder for the volume."""
    first, second = replica(tmp_path / "pvc-1-0a1b2c3d"), replica(tmp_path / "pvc-2-0a1b2c3d")

    with pytest.raises(ChainError, match=r"pvc-2-0a1b2c3d: expected a replica of the volume pvc-1, found one of pvc-2"):
        choose_replica([first, second])
