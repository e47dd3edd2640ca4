"""Layers merged into one image."""

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.longhorn.allocated import allocated
from recovery.longhorn.fault import ChainError, RefusedError
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica
from recovery.longhorn.reserved import reserved
from tests.recovery.longhorn.replica_folder import (
    BLOCK,
    LayerContent,
    change_meta,
    naive_volume,
    write_layer,
    write_replica,
)

MEBIBYTE = 1 << 20


def merged(folder: Path, out: Path) -> bytes:
    """Return the content of the image that is made of *folder*."""
    merge(read_replica(folder), out)
    return out.read_bytes()


def blocks_up_to(size: int) -> st.SearchStrategy[dict[int, bytes]]:
    """Contents of a layer of *size*: whole blocks, parts of blocks, zeros."""
    number = st.integers(0, (size - 1) // BLOCK)
    byte = st.integers(0, 255)
    content = st.builds(lambda value, length: bytes([value]) * length, byte, st.sampled_from([BLOCK, 512, 1]))
    # Neighbours in one go make extents that cross those of other layers.
    extents = st.lists(st.tuples(number, st.integers(1, 9), content), max_size=5)
    return extents.map(
        lambda found: {
            each: content
            for first, count, content in found
            for each in range(first, min(first + count, size // BLOCK + 1))
        }
    )


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[LayerContent], LayerContent | None]:
    """Chains as a volume that only grows makes them, with or without a backing file of any length."""
    sizes = sorted(draw(st.lists(st.integers(1, 40 * BLOCK), min_size=1, max_size=7)))
    layers = [LayerContent(size=size, blocks=draw(blocks_up_to(size)), removed=draw(st.booleans())) for size in sizes]
    size = draw(st.integers(1, 50 * BLOCK))
    backing = draw(st.none() | st.builds(LayerContent, size=st.just(size), blocks=blocks_up_to(size)))
    return layers, backing


@settings(max_examples=60, deadline=None)
@given(chains())
def test_any_chain_gives_what_the_naive_reference_gives(
    case: tuple[list[LayerContent], LayerContent | None],
) -> None:
    """Random chains: lengths that are no multiple of a block, shorter layers, crossing extents, a backing file."""
    layers, backing = case
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if backing:
            write_layer(folder / "backing", backing)
        write_replica(folder / "replica", layers, backing=folder / "backing" if backing else None)

        assert merged(folder / "replica", folder / "out") == naive_volume(layers, backing=backing)
        assert sorted(path.name for path in folder.iterdir()) == [*(["backing"] if backing else []), "out", "replica"]


def test_long_extents_and_short_ones_side_by_side(tmp_path: Path) -> None:
    """What the kernel copies and what is gathered meet without a gap, over the border of a window."""
    size = 80 * MEBIBYTE + 512
    first = {number: bytes([1 + number % 250]) * BLOCK for number in range(16000, 17000)}
    second = {number: bytes([255]) * BLOCK for number in [*range(16100, 16110), *range(16380, 16390), 16400, 20480]}
    layers = [LayerContent(size=17 * 1000 * BLOCK, blocks=first), LayerContent(size=size, blocks=second)]
    write_replica(tmp_path / "replica", layers)

    assert merged(tmp_path / "replica", tmp_path / "out") == naive_volume(layers)


def test_behind_the_end_of_a_layer_there_are_zeros(tmp_path: Path) -> None:
    """In the middle of a block too, and not what was read before."""
    below = LayerContent(size=9 * BLOCK + 100, blocks={0: b"x" * BLOCK, 9: b"tail" * 25})
    layers = [below, LayerContent(size=20 * BLOCK)]
    write_replica(tmp_path / "replica", layers)

    assert merged(tmp_path / "replica", tmp_path / "out") == naive_volume(layers)


def test_holes_stay_holes(tmp_path: Path) -> None:
    """The image takes the room of its data, whatever the volume's size."""
    layers = [LayerContent(size=1 << 34), LayerContent(size=1 << 34, blocks={7: b"x" * BLOCK, 1 << 20: b"y" * BLOCK})]
    write_replica(tmp_path / "replica", layers)

    merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    status = (tmp_path / "out").stat()
    assert (status.st_size, status.st_blocks * 512) == (1 << 34, 2 * BLOCK)


def test_a_hole_that_was_punched_shows_the_layer_below(tmp_path: Path) -> None:
    """A hole in a later layer means that it was not written there, also when it once was."""
    layers = [LayerContent(size=8 * BLOCK, blocks={3: b"a" * BLOCK}), LayerContent(size=8 * BLOCK, blocks={3: b"b"})]
    names = write_replica(tmp_path / "replica", layers)
    punch = ["fallocate", "--punch-hole", "--offset", str(3 * BLOCK), "--length", str(BLOCK)]
    subprocess.run([*punch, str(tmp_path / "replica" / names[-1])], check=True)

    assert merged(tmp_path / "replica", tmp_path / "out")[3 * BLOCK : 4 * BLOCK] == b"a" * BLOCK


def test_a_copy_made_as_the_runbook_says_is_as_good(tmp_path: Path) -> None:
    """Holes and written zeros are different things, and this tar keeps them apart, unlike cp and rsync."""
    layers = [
        LayerContent(size=400 * BLOCK, blocks=dict.fromkeys(range(10, 90), b"a" * BLOCK)),
        LayerContent(size=400 * BLOCK, blocks={**dict.fromkeys(range(20, 40), bytes(BLOCK)), 200: b"b" * BLOCK}),
    ]
    write_replica(tmp_path / "replica", layers)
    (tmp_path / "copy").mkdir()
    tar = "tar --sparse --hole-detection=seek -C {0} -cf - replica | tar -C {0}/copy -xf -"

    subprocess.run(["sh", "-c", tar.format(tmp_path)], check=True)  # noqa: S607 - found on PATH

    assert merged(tmp_path / "copy" / "replica", tmp_path / "out") == naive_volume(layers)


def test_reserved_blocks_are_zeros_as_for_longhorn(tmp_path: Path) -> None:
    """Blocks that were reserved and never written hide what is below, with a warning."""
    layers = [LayerContent(size=8 * BLOCK, blocks={3: b"a" * BLOCK, 4: b"c" * BLOCK}), LayerContent(size=8 * BLOCK)]
    names = write_replica(tmp_path / "replica", layers)
    head = os.open(tmp_path / "replica" / names[-1], os.O_RDWR)
    os.posix_fallocate(head, 3 * BLOCK, BLOCK)
    tells = [*reserved(head, 0, 8 * BLOCK)] == [(3 * BLOCK, 4 * BLOCK)]
    data = [*allocated(head, 0, 8 * BLOCK)]
    os.close(head)
    if not tells:
        pytest.skip("this file system does not tell reserved blocks from holes")

    result = merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert data == []
    assert (tmp_path / "out").read_bytes() == b"\0" * 4 * BLOCK + b"c" * BLOCK + b"\0" * 3 * BLOCK
    assert result.warnings == (f"{names[-1]} has blocks that were reserved and never written: zeros, as for Longhorn",)


def test_a_file_system_that_hides_holes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As NFS 3 does: everything would be data, and the head would hide all below it with zeros."""
    names = write_replica(tmp_path / "replica", [LayerContent(size=8 * BLOCK, blocks={3: b"a"})])
    lseek = os.lseek

    def lseek_without_holes(fd: int, position: int, how: int) -> int:
        return {os.SEEK_DATA: position, os.SEEK_HOLE: 8 * BLOCK}.get(how) or lseek(fd, position, os.SEEK_SET)

    def no_map(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "")

    monkeypatch.setattr(os, "lseek", lseek_without_holes)
    monkeypatch.setattr(fcntl, "ioctl", no_map)

    with pytest.raises(ChainError) as fault:
        merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert str(fault.value) == (
        f"{tmp_path}/replica/{names[0]}: expected holes, since 32,768 bytes take 4,096, found a file system that does "
        "not tell them, for example NFS. Merge on the machine that has the disk"
    )


def test_sources_stay_as_they_are(tmp_path: Path) -> None:
    """Neither content nor any time of a source changes, nor is anything added beside it."""
    layers = [LayerContent(size=9 * BLOCK, blocks={number: b"x"}) for number in range(5)]
    write_replica(tmp_path / "replica", layers)

    def state() -> list[tuple[str, int, int, int]]:
        return sorted(
            (path.name, status.st_mtime_ns, status.st_ctime_ns, status.st_blocks)
            for path in (tmp_path / "replica").iterdir()
            for status in [path.stat()]
        )

    before = state()
    merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert state() == before


def test_a_folder_mounted_for_reading_only_is_enough(tmp_path: Path) -> None:
    """The usual way to look at a rescued disk."""
    layers = [LayerContent(size=9 * BLOCK, blocks={2: b"x" * BLOCK})]
    write_replica(tmp_path / "replica", layers)
    (tmp_path / "mounted").mkdir()
    merge_there = (
        "import pathlib, sys; from recovery.longhorn.merge import merge;"
        "from recovery.longhorn.read_replica import read_replica;"
        "merge(read_replica(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))"
    )
    script = (
        f"mount --bind {tmp_path}/replica {tmp_path}/mounted && mount -o remount,bind,ro {tmp_path}/mounted && "
        f"! touch {tmp_path}/mounted/volume.meta && exec {sys.executable} -c '{merge_there}' "
        f"{tmp_path}/mounted {tmp_path}/out"
    )

    subprocess.run(
        [str(shutil.which("unshare")), "--map-root-user", "--mount", "sh", "-c", script],
        check=True,
        capture_output=True,
    )

    assert (tmp_path / "out").read_bytes() == naive_volume(layers)


def test_an_image_that_exists_is_refused(tmp_path: Path) -> None:
    """Nothing is written over, and nothing is left beside."""
    write_replica(tmp_path / "replica", [LayerContent(size=BLOCK)])
    (tmp_path / "out").write_text("mine")

    with pytest.raises(RefusedError, match=r"out: expected a name that is free, found a file. Name another place"):
        merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "replica"]
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("place", ["replica/out", "link/out"])
def test_an_image_among_the_sources_is_refused(tmp_path: Path, place: str) -> None:
    """Also through a link."""
    write_replica(tmp_path / "replica", [LayerContent(size=BLOCK)])
    (tmp_path / "link").symlink_to(tmp_path / "replica")

    with pytest.raises(RefusedError, match="expected a place outside of the replica's folder, found one inside"):
        merge(read_replica(tmp_path / "replica"), tmp_path / place)


def test_a_layer_written_to_meanwhile_is_noticed(tmp_path: Path) -> None:
    """Somebody uses the volume: no image, nothing left of it."""
    names = write_replica(tmp_path / "replica", [LayerContent(size=9 * BLOCK, blocks={2: b"x" * BLOCK})])

    def write(done: int, total: int) -> None:
        if done == total:
            write_layer(tmp_path / "replica" / names[0], LayerContent(size=9 * BLOCK, blocks={2: b"y"}))

    with pytest.raises(ChainError, match=r"expected a layer that nobody writes to, found a change. Detach the volume"):
        merge(read_replica(tmp_path / "replica"), tmp_path / "out", tell=write)

    assert [path.name for path in tmp_path.iterdir()] == ["replica"]


def test_a_longer_head_is_kept_in_full(tmp_path: Path) -> None:
    """As Longhorn itself reads it; an encrypted volume's head can be 16 MiB longer than its size."""
    layers = [LayerContent(size=9 * BLOCK, blocks={8: b"end"})]
    write_replica(tmp_path / "replica", layers)
    change_meta(tmp_path / "replica" / "volume.meta", Size=5 * BLOCK)

    assert merged(tmp_path / "replica", tmp_path / "out") == naive_volume(layers)
