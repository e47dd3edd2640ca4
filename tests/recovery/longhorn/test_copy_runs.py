"""The ways in which runs are copied give the same bytes."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from recovery.longhorn.fault import ChainError
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica
from tests.recovery.longhorn.replica_folder import BLOCK, LayerContent, naive_volume, write_replica

SIZE = 300 * BLOCK + 7
SCATTERED = [
    LayerContent(size=200 * BLOCK, blocks=dict.fromkeys(range(0, 200, 5), b"a" * BLOCK)),
    LayerContent(size=SIZE, blocks={**dict.fromkeys(range(100, 180), b"b" * BLOCK), 300: b"end"}),
]
ALTERNATING = [
    LayerContent(size=SIZE, blocks=dict.fromkeys(range(20, 290), b"a" * BLOCK)),
    LayerContent(size=SIZE, blocks=dict.fromkeys(range(21, 290, 2), b"b" * BLOCK)),
]


def refused(*_: object) -> int:
    """Answer as a kernel does between two file systems."""
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def nothing(*_: object) -> int:
    """Answer as a file system does that says it copied, and did not."""
    return 0


copy_file_range = os.copy_file_range


def half(source: int, target: int, count: int, start: int, to: int) -> int:
    """Copy a part only, as a kernel may at any time."""
    return copy_file_range(source, target, -(-count // 2), start, to)


@pytest.mark.parametrize("layers", [SCATTERED, ALTERNATING], ids=["scattered", "alternating"])
@pytest.mark.parametrize("kernel", [copy_file_range, refused, nothing, half])
def test_every_way_gives_the_same(
    layers: list[LayerContent], kernel: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel copies all, nothing, or a part; blocks lie apart, or side by side from layers in turns."""
    write_replica(tmp_path / "replica", layers)
    monkeypatch.setattr(os, "copy_file_range", kernel)

    merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert (tmp_path / "out").read_bytes() == naive_volume(layers)


def test_a_layer_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's copy does not tell which side failed; reading does."""
    names = write_replica(tmp_path / "replica", SCATTERED[:1])

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "copy_file_range", broken)
    monkeypatch.setattr(os, "preadv", broken)

    with pytest.raises(ChainError) as fault:
        merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert str(fault.value) == (
        f"{tmp_path}/replica/{names[0]}: expected to read 4,096 bytes at 0, found Input/output error. "
        "Use another replica of this volume, or copy this folder with ddrescue first"
    )
