"""An image put into a fresh volume."""

import os
from pathlib import Path

import pytest

from recovery.longhorn.fault import RefusedError
from recovery.longhorn.inject import inject
from tests.recovery.longhorn.replica_folder import BLOCK, LayerContent, naive_volume, write_layer

IMAGE = LayerContent(size=600 * BLOCK, blocks={1: b"one", 2: bytes(BLOCK), 300: b"x" * BLOCK, 599: b"end"})


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return an image with holes and with written zeros."""
    write_layer(tmp_path / "image", IMAGE)
    return tmp_path / "image"


def volume(path: Path, *, size: int = 700 * BLOCK, **blocks: bytes) -> Path:
    """Write a volume, with blocks `b5=…`."""
    write_layer(path, LayerContent(size=size, blocks={int(name[1:]): content for name, content in blocks.items()}))
    return path


def test_a_fresh_volume_holds_the_image(image: Path, tmp_path: Path) -> None:
    """Larger than the image or not; holes stay holes, and zeros take no room."""
    target = volume(tmp_path / "volume")

    done = inject(image, target)

    assert target.read_bytes() == naive_volume([IMAGE]) + bytes(100 * BLOCK)
    assert done.was_empty
    assert target.stat().st_blocks * 512 <= image.stat().st_blocks * 512
    assert image.read_bytes() == naive_volume([IMAGE])


def test_a_volume_with_data_is_refused(image: Path, tmp_path: Path) -> None:
    """One byte is enough, also behind the end of the image; naming another file twice does not help."""
    target = volume(tmp_path / "volume", b650=b"\0\0mine")
    before = target.read_bytes()

    for overwrite in (None, tmp_path / "other"):
        with pytest.raises(RefusedError) as fault:
            inject(image, target, overwrite=overwrite)

    assert str(fault.value) == (
        f"{target}: expected an empty volume, found data at byte {650 * BLOCK:,}. "
        f"If it may be overwritten, name it twice: --overwrite {target}"
    )
    assert target.read_bytes() == before


def test_a_volume_named_twice_is_overwritten_in_full(image: Path, tmp_path: Path) -> None:
    """Nothing of what was there before stays, also where the image has holes or ends."""
    target = volume(tmp_path / "volume", b0=b"old", b2=b"old", b450=b"old" * 99, b650=b"old")

    done = inject(image, target, overwrite=target)

    assert target.read_bytes() == naive_volume([IMAGE]) + bytes(100 * BLOCK)
    assert not done.was_empty


class CutOffError(BaseException):
    """The run ended here."""


@pytest.mark.parametrize("times", [1, 2, 3])
def test_cut_off_it_is_done_again_by_naming_the_volume_twice(image: Path, tmp_path: Path, times: int) -> None:
    """Half an image is data: not overwritten by mistake, and in full when it is meant."""
    target = volume(tmp_path / "volume")
    left = times

    def cut(done: int, total: int) -> None:
        nonlocal left
        del done, total
        left -= 1
        if not left:
            raise CutOffError

    with pytest.raises(CutOffError):
        inject(image, target, tell=cut)
    if times > 1:
        with pytest.raises(RefusedError, match="expected an empty volume, found data at byte"):
            inject(image, target)

    inject(image, target, overwrite=target)
    assert target.read_bytes() == naive_volume([IMAGE]) + bytes(100 * BLOCK)


def test_reserved_zeros_count_as_empty(image: Path, tmp_path: Path) -> None:
    """A volume that was filled with zeros holds no data."""
    target = volume(tmp_path / "volume")
    target.write_bytes(bytes(600 * BLOCK))

    assert inject(image, target).was_empty
    assert target.read_bytes() == naive_volume([IMAGE])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("small", "expected at least 2,457,600 bytes, found 4,096"),
        ("nothing", "expected a volume's device, not mounted, or a file, found No such file or directory"),
        ("link", "expected another file than the image, found the image itself"),
    ],
)
def test_a_target_that_cannot_take_it_is_refused(image: Path, tmp_path: Path, name: str, told: str) -> None:
    """Too small, not there, the image itself."""
    volume(tmp_path / "small", size=BLOCK)
    os.link(image, tmp_path / "link")

    with pytest.raises(RefusedError) as fault:
        inject(image, tmp_path / name)

    assert str(fault.value) == f"{tmp_path / name}: {told}"
