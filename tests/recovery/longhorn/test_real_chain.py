"""A chain made by writing through layered sparse files, with a real file system in it."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from recovery.longhorn.check_file_system import check_file_system
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica
from tests.recovery.longhorn.replica_folder import BLOCK, LayerContent, write_replica

SIZE = 64 << 20
TOOLS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def tool(name: str, *arguments: str | Path) -> None:
    """Run a tool of e2fsprogs."""
    program = shutil.which(name, path=TOOLS)
    assert program, f"{name} is missing: apt-get install e2fsprogs"
    subprocess.run([program, *arguments], check=True, capture_output=True)


class WrittenVolume:
    """A volume as its user sees it, and each state of it since the last snapshot as a layer."""

    def __init__(self, path: Path) -> None:
        """Start with a volume of zeros."""
        self.path = path
        self.layers: list[LayerContent] = []
        self._before = b""
        path.touch()
        os.truncate(path, SIZE)

    def snapshot(self) -> None:
        """Put every block that differs from the last snapshot into a layer, also those that became zeros."""
        now = self.path.read_bytes()
        before = self._before.ljust(len(now), b"\0")
        blocks = {
            start // BLOCK: now[start : start + BLOCK]
            for start in range(0, len(now), BLOCK)
            if now[start : start + BLOCK] != before[start : start + BLOCK]
        }
        self.layers.append(LayerContent(size=len(now), blocks=blocks))
        self._before = now


def write_files(volume: Path, folder: Path, names: Sequence[str]) -> None:
    """Write files into the file system of *volume*, without mounting it."""
    for name in names:
        tool("debugfs", "-w", "-R", f"write {folder / name} {name}", volume)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenVolume:
    """Return a volume with four states: made, filled, partly deleted and grown, filled again."""
    folder = tmp_path_factory.mktemp("written")
    for number in range(12):
        (folder / f"file{number}").write_bytes(hashlib.sha256(bytes([number])).digest() * (4000 * (number + 1)))
    (folder / "first").mkdir()
    shutil.copy(folder / "file3", folder / "first" / "start")
    volume = WrittenVolume(folder / "volume")
    tool("mke2fs", "-q", "-t", "ext4", "-d", folder / "first", volume.path)
    volume.snapshot()
    write_files(volume.path, folder, [f"file{number}" for number in range(8)])
    volume.snapshot()
    for number in range(0, 8, 2):
        tool("debugfs", "-w", "-R", f"rm file{number}", volume.path)
    os.truncate(volume.path, SIZE + (16 << 20))
    tool("e2fsck", "-f", "-p", volume.path)
    tool("resize2fs", volume.path)
    volume.snapshot()
    write_files(volume.path, folder, [f"file{number}" for number in range(8, 12)])
    volume.snapshot()
    return volume


def test_the_image_is_the_volume(written: WrittenVolume, tmp_path: Path) -> None:
    """Same checksum, a clean file system, every file in it as it was written."""
    write_replica(tmp_path / "replica", written.layers)

    merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert checksum(tmp_path / "out") == checksum(written.path)
    assert check_file_system(tmp_path / "out").text == "ext4, clean"
    for name in ("file1", "file7", "file11", "start"):
        tool("debugfs", "-R", f"dump {name} {tmp_path / name}", tmp_path / "out")
        original = written.path.parent / (name if name.startswith("file") else "first/start")
        assert (tmp_path / name).read_bytes() == original.read_bytes()


def test_each_state_of_the_past_is_the_volume_of_that_time(written: WrittenVolume, tmp_path: Path) -> None:
    """A chain cut at a snapshot is a clean file system too, with the files of that time."""
    write_replica(tmp_path / "replica", written.layers[:2])

    merge(read_replica(tmp_path / "replica"), tmp_path / "out")

    assert check_file_system(tmp_path / "out").state == "clean"
    tool("debugfs", "-R", f"dump file0 {tmp_path / 'file0'}", tmp_path / "out")
    assert (tmp_path / "file0").read_bytes() == (written.path.parent / "file0").read_bytes()


def test_a_damaged_file_system_is_told(written: WrittenVolume, tmp_path: Path) -> None:
    """Blocks of the file system that were overwritten: what e2fsck says is passed on, the image stays as it is."""
    shutil.copy(written.path, tmp_path / "image")
    with (tmp_path / "image").open("r+b") as file:
        file.seek(40 * BLOCK)
        file.write(b"\xa5" * 4 * BLOCK)
    before = checksum(tmp_path / "image")

    found = check_file_system(tmp_path / "image")

    assert found.state == "damaged"
    assert found.text.startswith("ext4, damaged\n  ")
    assert checksum(tmp_path / "image") == before


def test_a_journal_that_was_not_replayed_is_no_damage(written: WrittenVolume, tmp_path: Path) -> None:
    """What a power cut leaves; the check without it says little."""
    shutil.copy(written.path, tmp_path / "image")
    tool("debugfs", "-w", "-R", "feature needs_recovery", tmp_path / "image")

    found = check_file_system(tmp_path / "image")

    assert found.state == "journal"
    assert found.text.startswith("ext4, not unmounted: its journal is replayed when it is mounted first; ")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "no ext4 file system: not checked"),
        (b"XFSB" + bytes(4096), "an XFS file system: not checked"),
        (b"LUKS\xba\xbe" + bytes(4096), "a LUKS container: not checked"),
    ],
)
def test_other_content_is_not_checked(tmp_path: Path, content: bytes, text: str) -> None:
    """And is named where it is known."""
    (tmp_path / "image").write_bytes(content)

    found = check_file_system(tmp_path / "image")

    assert (found.state, found.text) == ("other", text)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
