"""Building the base of the machines."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rehearsal.machines.traces import traces_of

PROGRAM = """
import sys
from pathlib import Path
from rehearsal.interruption import interruption
from rehearsal.machines.base_root import base_root
from rehearsal.machines.package_sources import package_sources
with interruption():
    base_root(package_sources(), cache=Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_ended_build_leaves_no_process_and_no_mount(place: Path, number: signal.Signals) -> None:
    """However the build is ended: its programs end with it; only its half-made folder stays, for the next to remove."""
    cache = place / f"cache-{number.name}"
    environment = {**os.environ, "CI": "true"}
    command = [sys.executable, "-P", "-c", PROGRAM, str(cache)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as build:
        assert build.stdout is not None
        assert "…      base of the machines: package lists" in build.stdout.readline()
        build.send_signal(number)

    deadline = time.monotonic() + 10
    while "processes" in (left := traces_of("none", cache)):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    assert left.keys() == {"files"}
    assert {path.suffix for path in cache.iterdir()} <= {".new", ".lock", ".log"}
