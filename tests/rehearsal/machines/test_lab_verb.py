"""The verb `./factory lab`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.machines.base_root import CACHE
from tests.rehearsal.machines.traces import traces_of

CHECKOUT = Path(__file__).resolve().parents[3]


class Verb:
    """`./factory lab`, with a home folder of its own."""

    def __init__(self, home: Path) -> None:
        """Share nothing with the lab of whoever runs the tests but the base and the packages."""
        self.folder = home / ".cache/factory/lab"
        self.folder.parent.mkdir(parents=True)
        CACHE.expanduser().mkdir(parents=True, exist_ok=True)
        (home / ".cache/factory/machines").symlink_to(CACHE.expanduser())
        self._environment = {**os.environ, "HOME": str(home), "CI": "true", "COLUMNS": "200"}

    def __call__(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run it."""
        command = [sys.executable, "-P", "-m", "ops", "lab", *words]
        return subprocess.run(
            command, cwd=CHECKOUT, env=self._environment, capture_output=True, text=True, check=False
        )  # fmt: skip

    def states(self) -> dict[str, str]:
        """Return the state of each machine."""
        return {row["name"]: row["state"] for row in json.loads(self("status", "--json").stdout)["machines"]}


@pytest.fixture
def verb(place: Path) -> Iterator[Verb]:
    """Give the verb; nothing runs afterwards."""
    verb = Verb(place / "home")
    yield verb
    verb("purge")


@pytest.mark.slow
def test_a_lab_stays_between_commands(verb: Verb) -> None:
    """Up, ssh, kill, up, cut, reset, pause, down, up, purge: each finds what the one before left."""
    up = verb("up", "one", "two")
    assert up.returncode == 0, up.stderr
    assert verb("ssh", "one", "echo", "kept", ">", "file").returncode == 0
    assert verb("kill", "one").returncode == 0
    assert verb.states() == {"one": "down", "two": "up"}
    assert verb("up", "one").returncode == 0
    assert verb("cut", "one", "two").returncode == 0
    assert verb("ssh", "one", "ping -c1 -W1 10.77.0.202").returncode == 1
    assert verb("reset", "two").returncode == 0
    assert verb("pause", "two").returncode == 0
    assert verb.states() == {"one": "up", "two": "paused"}
    assert verb("ssh", "three", "true").returncode == 2
    name = json.loads(verb("status", "--json").stdout)["network"]

    assert verb("down").returncode == 0
    assert traces_of(name, verb.folder).keys() == {"files"}
    assert verb("up", "one").returncode == 0
    assert verb("ssh", "one", "cat", "file").stdout == "kept\n"
    name = json.loads(verb("status", "--json").stdout)["network"]
    assert verb("purge").returncode == 0
    assert traces_of(name, verb.folder) == {}


def test_where_no_machine_can_run_it_ends_with_3(able: None, tmp_path: Path) -> None:
    """Without the programs, one sentence names them and the exit code is 3."""
    del able
    command = [sys.executable, "-P", "-m", "ops", "lab", "up"]
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": str(tmp_path), "COLUMNS": "1000"}
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert done.stderr.startswith("error: the packages ")
    assert done.stderr.count("\n") == 1
