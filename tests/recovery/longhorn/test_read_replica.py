"""What is a chain, and what is refused as one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recovery.longhorn.fault import ChainError
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica
from tests.recovery.longhorn.replica_folder import (
    BLOCK,
    LayerContent,
    change_meta,
    head_name,
    naive_volume,
    snapshot_name,
    write_layer,
    write_meta,
    write_replica,
)

SIZE = 8 * BLOCK
LAYERS = [
    LayerContent(size=SIZE, blocks={0: b"lowest" * 500, 1: b"lowest"}),
    LayerContent(size=SIZE, blocks={1: b"middle", 2: b"middle"}),
    LayerContent(size=SIZE, blocks={2: b"head"}),
]
LOWEST, MIDDLE, HEAD = snapshot_name(0), snapshot_name(1), head_name(2)
OTHER = "Use another replica of this volume"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a chain of three."""
    write_replica(tmp_path / "replica", LAYERS)
    return tmp_path / "replica"


def cut(path: Path, *, to: int) -> None:
    """Shorten a file."""
    with path.open("r+b") as file:
        file.truncate(to)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda at: (at / MIDDLE).unlink(),
            f"{MIDDLE}: expected a layer, named by {HEAD}.meta, found no file. {OTHER}",
        ),
        (
            lambda at: (at / f"{LOWEST}.meta").unlink(),
            f"{LOWEST}.meta: expected a metadata file of Longhorn, found no file. {OTHER}",
        ),
        (
            lambda at: (at / "volume.meta").unlink(),
            f"volume.meta: expected a metadata file of Longhorn, found no file. {OTHER}",
        ),
        (
            lambda at: (at / "volume.meta").write_text(""),
            f"volume.meta: expected one JSON object, found an empty file. {OTHER}",
        ),
        (
            lambda at: (at / f"{MIDDLE}.meta").write_text("[]"),
            f"{MIDDLE}.meta: expected one JSON object, found something else. {OTHER}",
        ),
        (
            lambda at: write_meta(at / f"{MIDDLE}.meta", Removed=False),
            f"{MIDDLE}.meta: expected a text as Parent, found no such field. {OTHER}",
        ),
        (
            lambda at: change_meta(at / "volume.meta", Size=True),
            f"volume.meta: expected a whole number as Size, found True. {OTHER}",
        ),
        (
            lambda at: change_meta(at / f"{LOWEST}.meta", Parent=MIDDLE),
            f"{LOWEST}.meta: expected a chain that ends, found a circle: {MIDDLE} → {LOWEST} → {MIDDLE}. {OTHER}",
        ),
        (
            lambda at: change_meta(at / f"{LOWEST}.meta", Parent="../../etc/shadow"),
            (
                f"{LOWEST}.meta: expected the name of a layer, for example volume-head-000.img, "
                f"found '../../etc/shadow'. {OTHER}"
            ),
        ),
        (
            lambda at: change_meta(at / "volume.meta", Head=""),
            f"volume.meta: expected the name of the head, found none. {OTHER}",
        ),
        (
            lambda at: cut(at / HEAD, to=5 * BLOCK),
            f"{HEAD}: expected 32,768 bytes, the Size in volume.meta, found 20,480 bytes. {OTHER}",
        ),
        (
            lambda at: cut(at / MIDDLE, to=5 * BLOCK),
            f"{MIDDLE}: expected at least 32,768 bytes, as long as {LOWEST} below it, found 20,480 bytes. {OTHER}",
        ),
        (
            lambda at: change_meta(at / "volume.meta", Rebuilding=True),
            f"volume.meta: expected a complete replica, found Rebuilding: true. {OTHER}",
        ),
        (
            lambda at: change_meta(at / "volume.meta", Error="failed to get file size"),
            f"volume.meta: expected a replica without an error, found Error: 'failed to get file size'. {OTHER}",
        ),
        (
            lambda at: change_meta(at / "volume.meta", Size=0),
            f"volume.meta: expected a Size above 0, found 0. {OTHER}",
        ),
        (
            lambda at: change_meta(at / "volume.meta", SectorSize=1000),
            "volume.meta: expected a SectorSize of 512 or 4096, found 1000",
        ),
        (
            lambda at: change_meta(at / "volume.meta", BackingFilePath="/nowhere/backing"),
            "/nowhere/backing: expected the backing file, found no file. Give its place with --backing",
        ),
    ],
)
def test_what_is_no_chain_is_refused(folder: Path, spoil: Callable[[Path], object], told: str) -> None:
    """File, what was expected, what was found, what helps."""
    spoil(folder)

    with pytest.raises(ChainError) as fault:
        read_replica(folder)

    assert str(fault.value) == (told if told.startswith("/") else f"{folder}/{told}")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A name that leads nowhere, or to a file."""
    (tmp_path / "file").touch()

    with pytest.raises(ChainError, match="expected a replica's folder, found nothing"):
        read_replica(tmp_path / "nothing")
    with pytest.raises(ChainError, match="expected a replica's folder, found a file"):
        read_replica(tmp_path / "file")


def test_what_is_normal_passes_with_a_word(tmp_path: Path) -> None:
    """Removed and shorter layers, side branches, a second head, a leftover, a backing file."""
    layers = [
        LayerContent(size=SIZE - BLOCK, blocks={0: b"lowest"}, removed=True),
        LayerContent(size=SIZE, blocks={2: b"head"}),
    ]
    backing = LayerContent(size=SIZE, blocks={5: b"backing"})
    folder = tmp_path / "replica"
    write_layer(tmp_path / "backing", backing)
    names = write_replica(folder, layers, backing=tmp_path / "backing")
    for name in ("volume-snap-side.img", "volume-head-009.img"):
        write_layer(folder / name, LayerContent(size=SIZE, blocks={0: b"side"}))
        write_meta(folder / f"{name}.meta", Parent=names[0], Removed=False)
    (folder / "volume.meta.tmp").write_text("{")

    replica = read_replica(folder)
    merge(replica, tmp_path / "out")

    assert replica.warnings == ()
    assert replica.notes == (
        f"marked as removed, and needed all the same: {names[0]}",
        f"shorter than the volume, which has grown since: {names[0]}",
        f"the lowest layer is the backing file {tmp_path}/backing",
        "not below this head, left out: volume-head-009.img, volume-snap-side.img",
    )
    assert (tmp_path / "out").read_bytes() == naive_volume(layers, backing=backing)


def test_what_is_doubtful_is_warned_of(folder: Path) -> None:
    """Dirty, an old Parent, a field of a newer version."""
    change_meta(folder / "volume.meta", Dirty=True, Parent=LOWEST, Future=1)

    assert read_replica(folder).warnings == (
        "volume.meta says Dirty: the volume was in use when it stopped (normal after a power cut)",
        f"volume.meta names {LOWEST} below the head, {HEAD}.meta {MIDDLE}",
        "unknown fields in the metadata, of a newer Longhorn: Future",
    )


def test_a_copy_that_lost_its_holes_is_warned_of(folder: Path) -> None:
    """Its head would hide everything below with zeros."""
    (folder / HEAD).write_bytes(bytes(SIZE))

    assert read_replica(folder).warnings == (
        (
            f"{HEAD} has no hole and so hides every layer below it: right if all of the volume was written since, "
            "wrong if the folder was copied without keeping holes"
        ),
    )


def test_a_backing_file_that_moved_is_given_by_hand(tmp_path: Path) -> None:
    """The file, or the folder with nothing but it; qcow2 is told from raw."""
    layers = [LayerContent(size=SIZE, blocks={2: b"head"})]
    backing = LayerContent(size=2 * SIZE, blocks={5: b"backing", 12: b"beyond"})
    write_replica(tmp_path / "replica", layers, backing=Path("/var/lib/longhorn/backing-images/x/backing"))
    (tmp_path / "backing").mkdir()
    write_layer(tmp_path / "backing" / "file", backing)

    merge(read_replica(tmp_path / "replica", backing=tmp_path / "backing" / "file"), tmp_path / "first")
    merge(read_replica(tmp_path / "replica", backing=tmp_path / "backing"), tmp_path / "second")
    (tmp_path / "backing" / "file").write_bytes(b"QFI\xfb")

    assert (tmp_path / "first").read_bytes() == naive_volume(layers, backing=backing)
    assert (tmp_path / "second").read_bytes() == (tmp_path / "first").read_bytes()
    with pytest.raises(ChainError, match="expected a raw backing file, found qcow2"):
        read_replica(tmp_path / "replica", backing=tmp_path / "backing")


@pytest.mark.parametrize("name", ["volume.meta", f"{LOWEST}.meta", f"{MIDDLE}.meta", f"{HEAD}.meta"])
def test_a_flipped_byte_in_metadata_gives_no_other_chain(folder: Path, name: str) -> None:
    """Each byte in turn: refused, or the same layers in the same order."""
    content = (folder / name).read_bytes()
    refused = 0
    for position in range(len(content)):
        spoilt = bytearray(content)
        spoilt[position] ^= 1 << position % 8
        (folder / name).write_bytes(spoilt)
        try:
            replica = read_replica(folder)
        except ChainError:
            refused += 1
        else:
            assert [layer.path.name for layer in replica.layers] == [LOWEST, MIDDLE, HEAD], bytes(spoilt)
            assert replica.size == SIZE, bytes(spoilt)

    assert refused > len(content) / 3
