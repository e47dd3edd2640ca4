"""The script that keeps the datastore, run as systemd runs it, on files of this machine."""

import dataclasses
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hosts.k3s.snapshot_script import SNAPSHOT_SCRIPT


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """A server's folder, the program that works on it, and the disk for what is kept."""

    server: Path
    program: Path
    mount: Path

    def start(self, *, kept: int = 5) -> subprocess.CompletedProcess[str]:
        """Do what happens before a start."""
        words = [str(self.server), str(self.mount), str(kept), str(self.program)]
        return subprocess.run(
            ["/bin/sh", "-c", SNAPSHOT_SCRIPT, "snapshot", *words], capture_output=True, text=True, check=False
        )

    def kept(self) -> list[str]:
        """Return what the datastore was in each of the snapshots, the oldest first."""
        return [file.read_text() for file in sorted(self.mount.glob("k3s-snapshots/*/db/state.db"))]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a server with a datastore, and a disk."""
    place = Place(server=tmp_path / "server", program=tmp_path / "k3s", mount=tmp_path / "disk")
    (place.server / "db").mkdir(parents=True)
    (place.server / "db" / "state.db").write_text("first")
    (place.server / "token").write_text("token")
    place.program.write_text("1")
    place.mount.mkdir()
    mounting = ["mount", "-t", "tmpfs", "tmpfs", str(place.mount)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield place
    subprocess.run(["/bin/umount", str(place.mount)], check=False)


def test_datastore_and_token_are_kept_before_another_program_starts(place: Place) -> None:
    """One snapshot for each program that starts on the datastore, none for a start with the same one."""
    for program, content in (("1", "first"), ("1", "second"), ("2", "third"), ("2", "fourth")):
        place.program.write_text(program)
        (place.server / "db" / "state.db").write_text(content)
        assert place.start().returncode == 0

    assert place.kept() == ["first", "third"]
    for token in place.mount.glob("k3s-snapshots/*/token"):
        assert token.read_text() == "token"
        assert token.stat().st_mode & 0o777 == 0o600
        assert token.parent.stat().st_mode & 0o777 == 0o700


def test_oldest_are_forgotten(place: Place) -> None:
    """The newest are kept, also beyond the ninth."""
    for number in (8, 9):
        old = place.mount / "k3s-snapshots" / f"{number:06d}" / "db"
        old.mkdir(parents=True)
        (old / "state.db").write_text(str(number))
    assert place.start(kept=2).returncode == 0

    assert place.kept() == ["9", "first"]


def test_no_start_without_the_disk(place: Place) -> None:
    """Without the disk another program does not start; the one that has run already does."""
    assert place.start().returncode == 0
    subprocess.run(["/bin/umount", str(place.mount)], check=True)

    assert place.start().returncode == 0
    place.program.write_text("2")
    refused = place.start()
    assert refused.returncode == 1
    assert refused.stderr == f"{place.mount}: nothing is mounted; no snapshot, no start\n"


def test_first_start_has_nothing_to_keep(place: Place) -> None:
    """Where there is no datastore, no disk is asked for."""
    (place.server / "db" / "state.db").unlink()
    (place.server / "db").rmdir()
    assert place.start().returncode == 0
    assert place.kept() == []


def test_snapshot_that_was_cut_off_is_made_again(place: Place) -> None:
    """What a power cut left half written is replaced, and never taken for a snapshot."""
    (place.mount / "k3s-snapshots" / ".new" / "db").mkdir(parents=True)
    (place.mount / "k3s-snapshots" / ".new" / "db" / "half").write_text("half")

    assert place.start().returncode == 0
    assert place.kept() == ["first"]
    assert not [*place.mount.rglob("half")]
