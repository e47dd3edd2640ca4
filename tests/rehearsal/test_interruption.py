"""A rehearsal that is interrupted leaves nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.bring_up import CHECKOUT
from rehearsal.servers.own_folder import own_folder
from tests.rehearsal.leftovers import processes_in

COMMAND = [sys.executable, "-P", "-m", "ops", "rehearse", "--no-machines", "--no-edge", "--engine"]
OFFICIAL = pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi on PATH")


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder of its own for temporary files."""
    with own_folder() as folder:
        yield folder


def _start(place: Path, *, engine: str = "embedded") -> "subprocess.Popen[str]":
    environment = {**os.environ, "TMPDIR": str(place), "CI": "true", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [*COMMAND, engine], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("PostgreSQL", signal.SIGINT),
        ("engine:", signal.SIGTERM),
        ("…      preview", signal.SIGINT),
        ("…      first up", signal.SIGTERM),
        ("…      canary", signal.SIGHUP),
        ("…      drift, rights", signal.SIGTERM),
    ],
)
def test_nothing_is_left_after_an_interruption(place: Path, moment: str, number: signal.Signals) -> None:
    """Ctrl-C, SIGTERM and SIGHUP end all processes and remove the folder, whatever was under way."""
    with _start(place) as rehearsal:
        assert rehearsal.stdout is not None
        for line in rehearsal.stdout:
            if line.startswith(moment):
                break
        assert processes_in(place) != []
        rehearsal.send_signal(number)
        rest = rehearsal.stdout.read()

    assert rehearsal.returncode == 128 + number, rest
    assert processes_in(place) == []
    assert list(place.iterdir()) == []


@pytest.mark.slow
def test_nothing_is_left_when_the_server_is_not_there_yet(place: Path) -> None:
    """An interruption before the first server answers leaves nothing either."""
    with _start(place) as rehearsal:
        while not any(place.glob("*/postgresql/data")):
            time.sleep(0.01)
        rehearsal.send_signal(signal.SIGINT)

    assert processes_in(place) == []
    assert list(place.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", pytest.param("pulumi", marks=OFFICIAL)])
def test_two_interruptions_leave_nothing(place: Path, engine: str) -> None:
    """An impatient second Ctrl-C does not cut the cleaning short, with either engine."""
    with _start(place, engine=engine) as rehearsal:
        assert rehearsal.stdout is not None
        for line in rehearsal.stdout:
            if line.startswith("…      first up"):
                break
        rehearsal.send_signal(signal.SIGINT)
        rehearsal.send_signal(signal.SIGINT)
        rehearsal.send_signal(signal.SIGTERM)
        rehearsal.stdout.read()

    assert processes_in(place) == []
    assert list(place.iterdir()) == []
