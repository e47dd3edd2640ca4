"""One operation killed at a known point, and what the next run makes of it."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.engine.robustness import shelf
from tests.engine.robustness.place import PROJECT, STACK, Done, Place, alive, until
from tests.engine.robustness.programs.declared import WISHES

pytestmark = pytest.mark.slow


def _declare(place: Place, *, kind: str, name: str = "a", value: int = 0, first: bool = False) -> None:
    wish = {"resource": "a", "kind": kind, "name": name, "value": value, "first": first}
    dependent = {"resource": "b", "kind": "Named", "name": "b", "value": 0, "above": "a"}
    (place.project / WISHES).write_text(json.dumps([wish, dependent]))


def _killed_at(place: Place, mark: str) -> None:
    """Run `up`, wait until the provider stands still after *mark*, and kill the engine alone."""
    running = place.start("up", **{shelf.STOP: mark})
    until(lambda: place.journal()[-1:] == ["stopped"] or running.process.poll() is not None, what=mark)
    os.kill(running.process.pid, signal.SIGKILL)
    assert running.process.wait() == -signal.SIGKILL
    until(lambda: not any(alive(process) for process in place.providers()), what="the end of the provider")


def _answer(place: Place, *answers: str) -> Done:
    urn = f"urn:pulumi:{STACK}::{PROJECT}::shelf:index:Numbered::a"
    script = ["-m", "tests.engine.robustness.answer", str(place.project), STACK, *(f"{urn}={item}" for item in answers)]
    return place.start_python(script).wait()


def _says(done: Done) -> str:
    said = done.document()["diagnostics"]
    assert isinstance(said, list)
    return "\n".join(str(item["message"]) for item in said if isinstance(item, dict))


@pytest.mark.parametrize(
    ("mark", "words"), [("begin create a", "it does not exist"), ("made create a", "found and adopted")]
)
def test_id_from_inputs_settles_itself(mark: str, words: str, tmp_path: Path) -> None:
    """An object whose id follows from its inputs is looked up, and adopted or made, without a question."""
    place = Place(tmp_path / "place")
    _declare(place, kind="Named")
    _killed_at(place, mark)

    done = place.run("up")

    assert (done.code, words in _says(done)) == (0, True)
    assert sorted(place.objects()) == ["a", "b"]
    assert not place.load().pending


@pytest.mark.parametrize(
    ("mark", "answer", "verbs"),
    [("begin create a", "", ["up"]), ("made create a", "n1", ["refresh", "destroy"])],
)
def test_id_from_the_server_is_asked_for(mark: str, answer: str, verbs: list[str], tmp_path: Path) -> None:
    """An object whose id nobody can know stops every run that changes something, until a person has answered."""
    place = Place(tmp_path / "place")
    _declare(place, kind="Numbered")
    _killed_at(place, mark)
    before = place.state_file.read_bytes()

    refused = [place.run(verb) for verb in verbs]
    preview = place.run("preview")
    unchanged = place.state_file.read_bytes() == before
    answered = _answer(place, answer)
    done = place.run("up")

    assert [item.code for item in refused] == [1] * len(verbs)
    assert all("./factory state pending lab URN --adopt ID" in item.stderr for item in refused)
    assert (preview.code, unchanged, answered.code, done.code) == (0, True, 0, 0)
    assert {key: item["name"] for key, item in place.objects().items()} == {"n1": "a", "b": "b"}
    assert place.objects()["b"]["above"] == "issued to n1"


def test_answer_must_be_true(tmp_path: Path) -> None:
    """An id that names no object is not adopted, and the question stays open."""
    place = Place(tmp_path / "place")
    _declare(place, kind="Numbered")
    _killed_at(place, "made create a")

    answered = _answer(place, "n77")

    assert answered.code == 1
    assert "expected an object with the id n77; there is none" in answered.stderr
    assert [item.kind for item in place.load().pending] == ["creating"]


@pytest.mark.parametrize("first", [True, False])
def test_replacement_is_adopted_in_its_place(first: bool, tmp_path: Path) -> None:  # noqa: FBT001  # pytest gives it
    """The object that replaces another stands where that stood, since dependents stand behind, and the old one goes."""
    place = Place(tmp_path / "place")
    _declare(place, kind="Numbered", first=first)
    assert place.run("up").code == 0
    _declare(place, kind="Numbered", name="other", first=first)
    _killed_at(place, "made create other")

    answered = _answer(place, "n2")
    done = place.run("up")

    assert (answered.code, done.code) == (0, 0)
    assert {key: item["name"] for key, item in place.objects().items()} == {"n2": "other", "b": "b"}
    assert [item.id for item in place.load().resources if item.urn.endswith(("::a", "::b"))] == ["n2", "b"]


def test_provider_resource_needs_no_answer(tmp_path: Path) -> None:
    """A run killed while it configured a provider leaves nothing to ask for: a provider resource is no object."""
    place = Place(tmp_path / "place")
    _declare(place, kind="Numbered")
    _killed_at(place, "begin configure")
    left = [item.resource.type for item in place.load().pending]

    done = place.run("up")

    assert left == ["pulumi:providers:shelf"]
    assert done.code == 0, done.stderr
    assert not place.load().pending


@pytest.mark.parametrize(
    ("mark", "wanted"), [("begin update a", 1), ("made update a", 1), ("begin delete a", 0), ("made delete a", 0)]
)
def test_change_is_done_again(mark: str, wanted: int, tmp_path: Path) -> None:
    """A killed update or deletion is simply done again."""
    place = Place(tmp_path / "place")
    _declare(place, kind="Named")
    assert place.run("up").code == 0
    if wanted:
        _declare(place, kind="Named", value=1)
    else:
        (place.project / WISHES).write_text("[]")
    _killed_at(place, mark)

    done = place.run("up")

    assert done.code == 0, done.stderr
    assert [item["value"] for item in place.objects().values() if item["name"] == "a"] == ([1] if wanted else [])
    assert not place.load().pending
