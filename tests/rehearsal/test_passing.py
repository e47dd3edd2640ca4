"""What an engine says while it runs."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from rehearsal.bring_up import CHECKOUT
from rehearsal.passing import Passing, follow, of_embedded, of_official

URN = "urn:pulumi:hosts::factory::factory:hosts:Machine$factory:hosts:Layer::pi3-base"


def _event(severity: str, *, passes: bool) -> str:
    message = {"severity": severity, "urn": URN, "message": "<{%reset%}>3/9 Name: it\n<{%reset%}>", "ephemeral": passes}
    return json.dumps({"sequence": 1, "timestamp": 2, "diagnosticEvent": message})


def test_lines_of_the_embedded_engine() -> None:
    """Progress is told with the resource's name, an error without; all else is nothing."""
    assert of_embedded("progress: pi3-base: 3/9 Name: it\n") == Passing(
        severity="progress", name="pi3-base", text="3/9 Name: it"
    )
    assert of_embedded("error: pi3 (10.77.0.203): gone\n") == Passing(
        severity="error", name="", text="pi3 (10.77.0.203): gone"
    )
    assert of_embedded("  the second line of an error\n") is None
    assert of_embedded("warning: something\n") is None


def test_lines_of_the_official_log() -> None:
    """What passes is progress, an error is one; other events are nothing."""
    assert of_official(_event("info#err", passes=True)) == Passing(
        severity="progress", name="pi3-base", text="3/9 Name: it"
    )
    assert of_official(_event("error", passes=False)) == Passing(severity="error", name="pi3-base", text="3/9 Name: it")
    assert of_official(_event("info", passes=False)) is None
    assert of_official('{"sequence": 1, "cancelEvent": {}}') is None


def test_file_is_followed_to_its_end(tmp_path: Path) -> None:
    """A line is told while the file grows, whole, and what was written last is told after the end."""
    file, ended, first = tmp_path / "log", threading.Event(), threading.Event()
    told: list[str] = []

    def watch(passing: Passing) -> None:
        told.append(passing.text)
        first.set()

    following = threading.Thread(
        target=follow, args=(file,), kwargs={"parse": of_embedded, "watch": watch, "ended": ended}
    )
    following.start()
    with file.open("w") as log:
        log.write("error: one\nerror: tw")
        log.flush()
        assert first.wait(10)
        log.write("o\n")
    ended.set()
    following.join(10)

    assert told == ["one", "two"]


INTERRUPTED = """
import pathlib, sys
from rehearsal import stack_runner

kept = stack_runner._followed(pathlib.Path(sys.argv[1]), parse=lambda line: None, watch=lambda passing: None)
kept.__enter__()
sys.exit(7)
"""


def test_interruption_at_its_begin_ends(tmp_path: Path) -> None:
    """A run that is interrupted when the following runs, and before its `with` has begun, waits for nobody."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path / "none")], cwd=CHECKOUT, timeout=60, check=False
    )
    assert done.returncode == 7
