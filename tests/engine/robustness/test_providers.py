"""Providers that die, never start or hang."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.engine.robustness import shelf
from tests.engine.robustness.place import Place, Running, alive, until
from tests.engine.robustness.programs.declared import WISHES

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a place with a chain of two objects to make."""
    made = Place(tmp_path / "place")
    first = {"resource": "a", "kind": "Named", "name": "a", "value": 0}
    second = {"resource": "b", "kind": "Named", "name": "b", "value": 0, "above": "a"}
    (made.project / WISHES).write_text(json.dumps([first, second]))
    return made


def _ended(place: Place) -> None:
    until(lambda: not any(alive(process) for process in place.providers()), what="the end of the providers")


@pytest.mark.parametrize("kind", ["Named", "Numbered"])
def test_dies_while_it_creates(kind: str, place: Place) -> None:
    """The error carries the provider's last words, and the creation stays noted: it may have happened."""
    (place.project / WISHES).write_text(json.dumps([{"resource": "a", "kind": kind, "name": "a", "value": 0}]))
    place.set_faults({"create a": "die"})

    done = place.run("up")
    left = place.load()
    place.set_faults({})
    again = place.run("up")

    assert done.code == 1
    assert f"the provider shelf died. It ended with status 7. Its last output:\n{shelf.LAST_WORDS}" in done.errors()
    assert [item.kind for item in left.pending] == ["creating"]
    assert again.code == (0 if kind == "Named" else 1)
    assert (kind == "Numbered") == ("./factory state pending" in again.stderr)


@pytest.mark.parametrize(("call", "verb"), [("read a", "refresh"), ("delete b", "destroy")])
def test_dies_otherwise(call: str, verb: str, place: Place) -> None:
    """A provider that dies while it reads or deletes fails the run with its last words; the next run goes on."""
    assert place.run("up").code == 0
    place.set_faults({call: "die"})

    done = place.run(verb)
    place.set_faults({})
    again = place.run(verb)

    assert (done.code, again.code) == (1, 0)
    assert shelf.LAST_WORDS in done.errors()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "It ended with status 0. It printed nothing."),
        ("raise SystemExit('no shelf here')", "It ended with status 1. Its last output:\nno shelf here"),
        ("import module_that_is_missing", "ModuleNotFoundError: No module named 'module_that_is_missing'"),
        ("print('hello from the shelf')", "Its last output:\nhello from the shelf"),
        ("import time\nprint('hello', flush=True)\ntime.sleep(600)", " Its last output:\nhello"),
    ],
)
def test_never_starts(source: str, words: str, place: Place) -> None:
    """A provider that ends at once, or prints something else than a port, is an error with what it said."""
    place.write_plugin(source)

    done = place.run("up")

    assert done.code == 1
    assert "the provider plugin shelf did not start." in done.errors()
    assert words in done.errors()
    # The plugin's own traceback is part of what it said; none is the engine's.
    assert "/engine/" not in done.stderr.replace(str(place.folder), "")


def test_is_missing(place: Place) -> None:
    """A provider that nobody has is named, with where it is looked for."""
    (place.folder / "plugin" / "PulumiPlugin.yaml").unlink()

    done = place.run("up")

    assert done.code == 1
    assert "plugin: expected PulumiPlugin.yaml or a pulumi-resource-… program" in done.errors()


def test_listens_nowhere(place: Place) -> None:
    """A port on which nobody listens is an error, not a run that waits."""
    place.write_plugin("import time\nprint(9, flush=True)\ntime.sleep(600)\n")

    done = place.run("up")

    assert done.code == 1
    assert "127.0.0.1:9" in done.errors()


def _hanging(place: Place) -> Running:
    place.set_faults({"create a": "hang"})
    running = place.start_for_people("up")
    until(lambda: "begin create a" in place.journal() or running.process.poll() is not None, what="the creation")
    return running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_once(number: signal.Signals, place: Place) -> None:
    """After one Ctrl-C the running step ends and is recorded, nothing else begins, and the provider is ended."""
    running = _hanging(place)
    os.kill(running.process.pid, number)
    until(lambda: "interrupted" in running.says(), what="the word that it is interrupted")
    waits = running.process.poll() is None
    (place.shelf / "go on").touch()

    done = running.wait()
    _ended(place)

    assert (waits, done.code) == (True, 1)
    assert "interrupted: running steps end, nothing new begins" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(place.objects()) == ["a"]
    assert [item.id for item in place.load().resources if item.id in {"a", "b"}] == ["a"]
    assert place.load().pending == []
    assert list(place.lock_folder.iterdir()) == []
    assert place.run("up").code == 0


def test_interrupted_twice(place: Place) -> None:
    """After two of them the process is gone at once, its provider too; the next run settles what was under way."""
    running = _hanging(place)
    os.kill(running.process.pid, signal.SIGINT)
    until(lambda: "interrupted" in running.says(), what="the word that it is interrupted")
    os.kill(running.process.pid, signal.SIGINT)

    done = running.wait()
    _ended(place)
    (place.shelf / "go on").touch()
    again = place.run("up")

    assert done.code == -signal.SIGINT
    assert again.code == 0
    assert "took over the lock" in str(again.document()["diagnostics"])
    assert sorted(place.objects()) == ["a", "b"]
