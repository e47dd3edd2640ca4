"""Two runs at once: the second is refused, and a lock is taken over only from a run that is provably gone."""

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.engine.robustness import official, shelf
from tests.engine.robustness.place import STACK, Place, Running, until
from tests.engine.robustness.programs.declared import WISHES

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a place with one object to make."""
    made = Place(tmp_path / "place")
    (made.project / WISHES).write_text(json.dumps([{"resource": "a", "kind": "Named", "name": "a", "value": 0}]))
    return made


def _stands_still(place: Place) -> Running:
    """Start a run and wait until its provider stands still, with the lock held."""
    running = place.start("up", **{shelf.STOP: "begin create a"})
    until(lambda: place.journal()[-1:] == ["stopped"] or running.process.poll() is not None, what="the provider")
    return running


def _end(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()


def test_second_run_is_refused(place: Place) -> None:
    """The second run names who holds the lock, since when, and changes nothing; a preview needs no lock."""
    running = _stands_still(place)
    [lock] = place.lock_folder.iterdir()
    before = (lock.read_bytes(), place.state_file.read_bytes())
    since = json.loads(before[0])["timestamp"]

    refused = place.run("up")
    preview = place.run("preview")
    after = (lock.read_bytes(), place.state_file.read_bytes())
    _end(running)

    holder = f"{getpass.getuser()}@{socket.gethostname()} (process {running.process.pid}) since {since}"
    assert refused.code == 1
    assert f"the stack is locked by {holder}" in refused.stderr
    assert str(lock) in refused.stderr
    assert datetime.fromisoformat(since).tzinfo is not None
    assert preview.code == 0
    assert after == before
    assert place.objects() == {}


def test_lock_of_a_killed_run_is_taken_over(place: Place) -> None:
    """The lock that a killed run left is taken over, which is said, and the new one is given back."""
    running = _stands_still(place)
    _end(running)
    left = list(place.lock_folder.iterdir())

    done = place.run("up")

    assert len(left) == 1
    assert done.code == 0, done.stderr
    assert f"took over the lock of {getpass.getuser()}@{socket.gethostname()} (process {running.process.pid})" in str(
        done.document()["diagnostics"]
    )
    assert not list(place.lock_folder.iterdir())


def test_run_waits_for_what_a_provider_left(place: Place) -> None:
    """While a process that the provider of a killed run started goes on, the lock is not taken over."""
    place.write_plugin(
        "import subprocess\n"
        "from tests.engine.robustness.shelf import serve\n\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(place.folder / 'child')!r}, 'w').write(str(child.pid))\n"
        "serve()\n"
    )
    _end(_stands_still(place))
    refused = place.run("up")
    os.kill(int((place.folder / "child").read_text()), signal.SIGKILL)
    done = place.run("up")
    os.kill(int((place.folder / "child").read_text()), signal.SIGKILL)

    assert (refused.code, done.code) == (1, 0)
    assert "the stack is locked by" in refused.stderr


def test_lock_of_the_official_engine_is_respected(place: Place) -> None:
    """A lock without the keys that only this engine writes is not judged, even if its process is long gone."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lock = place.lock_folder / "0b7c1d1e-0000-0000-0000-000000000000.json"
    lock.parent.mkdir(parents=True)
    content = {"pid": ended.pid, "username": "anna", "hostname": "laptop", "timestamp": "2026-01-02T03:04:05+01:00"}
    lock.write_text(json.dumps(content))

    refused = place.run("up")

    assert refused.code == 1
    assert f"anna@laptop (process {ended.pid}) since 2026-01-02T03:04:05+01:00" in refused.stderr
    assert json.loads(lock.read_text()) == content
    assert [path.name for path in place.lock_folder.iterdir()] == [lock.name]


@pytest.mark.skipif(not official.PRESENT, reason="no `pulumi` on PATH")
def test_official_engine_respects_the_lock(place: Place) -> None:
    """The official engine sees the lock of this one and names its holder."""
    running = _stands_still(place)
    pulumi = shutil.which("pulumi") or "pulumi"

    done = subprocess.run(
        [pulumi, "up", "--yes", "--skip-preview", "--stack", STACK, "--cwd", str(place.project)],
        env=place.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    _end(running)

    assert done.returncode != 0
    assert f"(pid {running.process.pid})" in done.stderr
    assert "locked" in done.stderr
