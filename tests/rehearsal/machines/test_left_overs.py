"""Nothing of a lab is left, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.machines.clear_lab import clear_left_overs
from rehearsal.machines.machine import MachineError
from rehearsal.machines.machines import Machines
from tests.rehearsal.machines.traces import traces_of

pytestmark = pytest.mark.slow

BURIAL_SECONDS = 20

OWNER = """
import subprocess, sys, time
from pathlib import Path
from rehearsal.interruption import interruption
from rehearsal.machines.machines import Machines
with interruption(), Machines(Path(sys.argv[1]), names=["left"], disk_mib=64) as lab:
    disk = lab["left"].data_disk
    lab["left"].run(f"sudo mkfs.ext4 -q {disk} && sudo mount {disk} /mnt && sudo systemd-run sleep 1000")
    visitor = subprocess.Popen(lab.command(["sleep", "1000"]), start_new_session=True)
    print(lab.name, visitor.pid, flush=True)
    time.sleep(1000)
"""


def _start(folder: Path) -> "tuple[subprocess.Popen[str], str, int]":
    owner = subprocess.Popen([sys.executable, "-P", "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    words = owner.stdout.readline().split()
    return owner, words[0], int(words[1])


def _ended(process: int) -> bool:
    """Tell whether an orphan is gone; process 1 takes its time to bury it."""
    deadline = time.monotonic() + BURIAL_SECONDS
    while (there := Path(f"/proc/{process}").exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not there


def test_what_a_killed_owner_left_is_removed_and_nothing_of_others(place: Path, lab: Machines) -> None:
    """After SIGKILL the machines still run; the next lab's start removes all of them, and leaves a living lab alone."""
    folder = place / "killed"
    owner, name, visitor = _start(folder)
    assert clear_left_overs() == []
    owner.kill()
    owner.wait()
    assert {"namespaces", "control groups", "processes", "notes", "files"} <= traces_of(name, folder).keys()

    with Machines(place / "next", names=["next"], disk_mib=64) as after:
        assert traces_of(name, folder) == {}
        assert _ended(visitor)
        assert after["next"].running
        assert [machine.name for machine in lab if machine.running] == ["pi1", "pi2", "pi3"]
    assert traces_of(after.name, place / "next") == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_owner_leaves_nothing(place: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end machines, mounts, network and files."""
    folder = place / "interrupted"
    owner, name, visitor = _start(folder)
    os.kill(owner.pid, number)
    owner.wait()

    os.kill(visitor, signal.SIGKILL)
    assert traces_of(name, folder) == {}


def test_a_start_that_fails_leaves_nothing(place: Path) -> None:
    """When a machine does not come up, the error comes at once with its console, and all is removed."""
    (place / "broken/bad/data").mkdir(parents=True)
    lab = Machines(place / "broken", names=["bad"])

    with pytest.raises(MachineError, match=r"(?s)expected bad to accept a login, it ended.*losetup: "), lab:
        pass
    assert traces_of(lab.name, place / "broken") == {}
