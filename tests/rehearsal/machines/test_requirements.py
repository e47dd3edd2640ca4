"""Where no machine can run, one sentence says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.machines.requirements import MachinesUnavailableError, require_machines

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAM = """
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines
try:
    require_machines()
except MachinesUnavailableError as error:
    print(error)
"""


def test_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS the sentence asks for Linux."""
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(MachinesUnavailableError, match="need Linux, this is darwin: run it on a Linux machine as root"):
        require_machines()


@pytest.mark.skipif(sys.platform != "linux", reason="on Linux only")
def test_not_root() -> None:
    """A normal user is told to use sudo, and nothing is installed."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(MachinesUnavailableError, match=r"need root .*: start the same with sudo"):
            require_machines()
    finally:
        os.seteuid(before)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="as root on Linux only")
def test_programs_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where packages are missing and cannot be installed, they are named."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MachinesUnavailableError, match=r"packages .*mmdebstrap, .*systemd-container.* are missing"):
        require_machines()


def test_root_without_rights(able: None) -> None:
    """In a container whose root may not mount, the sentence says so."""
    del able
    command = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", sys.executable, "-P", "-c", PROGRAM]

    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    assert "need the right to make namespaces and mounts, which root lacks here" in said
    assert said.count("\n") == 1
