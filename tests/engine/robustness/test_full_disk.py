"""The disk is full while the state is saved: the last state stays whole, and nothing that exists is forgotten."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.robustness.full_disk import SIZE, fill, small_disk
from tests.engine.robustness.place import STACK, Place, until
from tests.engine.robustness.programs.declared import WISHES

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a place with one object in its state."""
    made = Place(tmp_path / "place")
    _declare(made)
    return made


@pytest.fixture
def small(place: Place) -> Iterator[Place]:
    """Give the place with its backend on a small disk."""
    with small_disk(place.backend.parent) as mounted:
        if not mounted:
            pytest.skip("only root may mount a small file system")
        yield place


def _declare(place: Place, *names: str, value: str = "") -> None:
    wishes = [{"resource": name, "kind": "Named", "name": name, "value": value} for name in ("a", *names)]
    wishes[0]["value"] = ""
    (place.project / WISHES).write_text(json.dumps(wishes))


def test_no_room_before_a_creation(small: Place) -> None:
    """When the note that something begins cannot be written, it does not begin."""
    assert small.run("up").code == 0
    before = small.state_file.read_bytes()
    _declare(small, "b", value="x" * SIZE)

    done = small.run("up")

    assert done.code == 1
    assert "Traceback" not in done.stderr
    assert f"{small.state_file}: cannot be written: No space left on device; the last state is whole" in done.errors()
    assert [item.id for item in small.load().resources if item.id in {"a", "b"}] == ["a"]
    assert small.state_file.read_bytes() == before
    assert sorted(small.objects()) == ["a"]
    assert sorted(path.name for path in small.state_file.parent.iterdir()) == ["lab.json", "lab.json.bak"]


def test_no_room_after_a_creation(small: Place) -> None:
    """When what was made cannot be written, the note of its beginning is there, and the next run adopts it."""
    assert small.run("up").code == 0
    _declare(small, "b")
    small.set_faults({"create b": "hang"})
    running = small.start("up")
    until(lambda: "begin create b" in small.journal(), what="the creation of b")
    filler = fill(small.backend)
    (small.shelf / "go on").touch()

    done = running.wait()
    left = small.load()
    filler.unlink()
    again = small.run("up")

    assert done.code == 1
    assert "Traceback" not in done.stderr
    assert "No space left on device" in done.errors()
    assert [item.resource.urn.rpartition("::")[2] for item in left.pending] == ["b"]
    assert again.code == 0, again.stderr
    assert "found and adopted" in str(again.document()["diagnostics"])
    assert {item.id for item in small.load().resources} >= {"a", "b"}


def test_file_too_large(place: Place) -> None:
    """The same with a limit to the size of files, which needs no rights."""
    assert place.run("up").code == 0
    before = place.state_file.read_bytes()
    _declare(place, "b", value="x" * SIZE)

    command = ["-m", "tests.engine.robustness.limited", str(SIZE), "engine", "up", STACK, "--cwd", str(place.project)]
    done = place.start_python([*command, "--json"]).wait()

    assert done.code == 1
    assert f"{place.state_file}: cannot be written: File too large; the last state is whole" in done.errors()
    assert place.state_file.read_bytes() == before
    assert [item.id for item in place.load().resources if item.id in {"a", "b"}] == ["a"]
    assert sorted(place.objects()) == ["a"]
