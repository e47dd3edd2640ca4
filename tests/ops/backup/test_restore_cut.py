"""A restore that is cut off, or finds the disk full: nothing is left of it, and the same does it again."""

import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from ops.backup_evidence.archive import Archive

CONTENT = os.urandom(2 << 20)
SSH = """#!/bin/sh
# The keeper answers with the archive, and waits in the middle of it where `wait` is there.
cat >/dev/null
head -c 1000000 {archive}
if [ -e {folder}/wait ]; then touch {folder}/waits; exec sleep 600; fi
tail -c +1000001 {archive}
"""
RESTORES = """
import sys
from pathlib import Path
from hosts.inventory import Machine
from ops.backup_evidence.archive import Archive
from ops.backup_evidence.keeper import Keeper, KeeperError
from ops.backup_evidence.place import free_place

def restore(into, archive):
    keeper = Keeper(machine=Machine(name="pi3", address="10.77.0.203"), folder="/kept", secret="word")
    with free_place(Path(into), overwrite=None) as new:
        keeper.fetch(Archive.model_validate_json(archive), new)
"""
ON_A_SMALL_DISK = """
import subprocess
disk, archive = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=True)
try:
    restore(f"{disk}/postgres", archive)
except KeeperError as error:
    print(error)
print([file.name for file in Path(disk).iterdir()])
subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
restore(f"{disk}/postgres", archive)
print([file.name for file in Path(disk).iterdir()], (Path(disk) / "postgres" / "one.dump").stat().st_size)
"""
ARCHIVE = Archive(
    id="0" * 64, host="pi2", source="postgres", time=dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC), size=len(CONTENT),
    folder="/mnt/staging/postgres",
)  # fmt: skip


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Have a keeper answer with an archive of one file."""
    collected = tmp_path / "mnt" / "staging" / "postgres"
    collected.mkdir(parents=True)
    (collected / "one.dump").write_bytes(CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    (collected / "manifest.json").write_text(json.dumps({"files": {"one.dump": digest}}))
    with tarfile.open(tmp_path / "archive.tar", "w") as archive:
        archive.add(tmp_path / "mnt", arcname="mnt")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ssh").write_text(SSH.format(folder=tmp_path, archive=tmp_path / "archive.tar"))
    (programs / "ssh").chmod(0o755)
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}


def command(program: str, *words: str | Path) -> list[str | Path]:
    """Return what runs *program*."""
    return [sys.executable, "-c", RESTORES + program, *words, ARCHIVE.model_dump_json()]


def test_killed_in_the_middle_the_same_begins_anew(tmp_path: Path, environment: dict[str, str]) -> None:
    """The folder has another name until it is complete, and what the killed run left is cleared away."""
    into = tmp_path / "restored" / "postgres"
    words = command("restore(*sys.argv[1:])", into)
    (tmp_path / "wait").touch()
    process = subprocess.Popen(words, env=environment, start_new_session=True)
    try:
        while process.poll() is None and not (tmp_path / "waits").exists():
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert [file.name for file in into.parent.iterdir()] == [".postgres.restoring"]

    (tmp_path / "wait").unlink()
    subprocess.run(words, env=environment, check=True)

    assert [file.name for file in into.parent.iterdir()] == ["postgres"]
    assert (into / "one.dump").read_bytes() == CONTENT


def test_a_full_disk_is_told_and_nothing_stays(tmp_path: Path, environment: dict[str, str]) -> None:
    """With more room the same succeeds."""
    disk = tmp_path / "disk"
    disk.mkdir()

    alone = ["/usr/bin/unshare", "--map-root-user", "--mount"]
    done = subprocess.run(
        [*alone, *command(ON_A_SMALL_DISK, disk)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    lines = done.stdout.splitlines()
    # In the words of tar, which has written a part of a block or none of it.
    assert lines[0].startswith("pi2/postgres: /usr/bin/tar: one.dump: "), lines
    assert lines[-2:] == ["[]", f"['postgres'] {len(CONTENT)}"]
