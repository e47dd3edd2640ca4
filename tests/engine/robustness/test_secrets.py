"""No secret in any file of a run: state, history, backups, and all that was printed.

What a provider itself writes into its error messages is the provider's business: the engine hands them on as they are,
as the official one does.
"""

import base64
import json
import os
import signal
from pathlib import Path

import pytest

from tests.engine.robustness import shelf
from tests.engine.robustness.place import Place, until
from tests.engine.robustness.programs.secrets import DRIFTED, SECRET
from tests.engine.robustness.traces import traces

_PROGRAM = "secrets"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a place whose program has secrets everywhere."""
    return Place(tmp_path / "place", program=_PROGRAM)


def _found(place: Place) -> list[str]:
    """Search everything but the provider's own objects."""
    folders = [path for path in place.folder.iterdir() if path.is_dir() and path != place.shelf]
    return traces([SECRET, DRIFTED], folders=folders)


def _put(place: Place, identity: str, **inputs: object) -> None:
    (place.shelf / "objects" / f"{identity}.json").write_text(json.dumps({"name": identity, **inputs}))


@pytest.mark.parametrize(
    "written",
    [
        SECRET.encode(),
        json.dumps({"a": SECRET}).encode(),
        json.dumps({"a": SECRET}, ensure_ascii=False).encode(),
        json.dumps(json.dumps(SECRET)).encode(),
        *(base64.b64encode(b"x" * length + SECRET.encode() + b"tail") for length in range(3)),
        *(base64.urlsafe_b64encode(b"x" * length + SECRET.encode() + b"tail") for length in range(3)),
        *(base64.b64encode(b"x" * length + json.dumps(SECRET).encode()) for length in range(3)),
    ],
)
def test_search_finds(written: bytes, tmp_path: Path) -> None:
    """The search sees a secret that is plain, escaped, or in base64 at any alignment."""
    (tmp_path / "file").write_bytes(b"before " + written + b" after")

    assert traces([SECRET], folders=[tmp_path])


@pytest.mark.slow
def test_up_update_and_preview(place: Place) -> None:
    """Creation, an update beside the secrets, a replacement, ignored changes and previews with a diff show nothing."""
    created = place.run("up", "--diff")
    place.use_program(_PROGRAM, function="changed")
    lines = place.run_for_people("preview", "--diff")
    changed = place.run_for_people("up", "--diff")

    assert (created.code, lines.code, changed.code) == (0, 0, 0)
    assert created.document()["outputs"] == {
        "plain": "issued to whole",
        "secret": "[secret]",
        "inside": {"list": ["[secret]"]},
    }
    assert "[secret]" in lines.stdout
    assert place.objects()["ignored"]["hidden"] == SECRET
    assert _found(place) == []


@pytest.mark.slow
def test_refresh_of_drifted_secrets(place: Place) -> None:
    """A provider reads plain values back; what was secret stays so, also where it changed outside."""
    assert place.run("up").code == 0
    _put(place, "whole", hidden=DRIFTED, note="issued to nested")
    _put(place, "nested", deep={"list": [{"key": DRIFTED}, "plain"]})

    refreshed = place.run_for_people("refresh", "--diff")
    repaired = place.run("up", "--refresh")

    assert (refreshed.code, repaired.code) == (0, 0)
    assert place.objects()["whole"]["hidden"] == SECRET
    assert _found(place) == []


@pytest.mark.slow
@pytest.mark.xfail(reason="as the official engine, see the conformance case import_fits: what is read is kept in plain")
def test_import(place: Place) -> None:
    """What an import reads is as secret as the program declares it, whether it fits or not."""
    _put(place, "whole", hidden=SECRET, note="taken")
    place.use_program(_PROGRAM, function="imported_elsewhere")
    preview = place.run_for_people("preview", "--diff")
    changed = place.run("up")
    place.use_program(_PROGRAM, function="imported")
    done = place.run("up")

    assert (preview.code, changed.code, done.code) == (0, 0, 0), changed.errors() + done.errors()
    assert place.objects()["whole"]["hidden"] == SECRET
    assert _found(place) == []


@pytest.mark.slow
def test_failed_creations(place: Place) -> None:
    """Creations that fail, or leave a half-made object behind, and their repair show nothing."""
    place.set_faults(
        {"create whole": "no room", "create nested": "partly: half done", "create ignored": "partly: half"}
    )
    failed = place.run("up", "--diff")
    place.set_faults({"update nested": "no room either"})
    failed_again = place.run("up")
    place.set_faults({})
    repaired = place.run("up")

    assert (failed.code, failed_again.code, repaired.code) == (1, 1, 0), repaired.errors()
    assert _found(place) == []


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["begin create whole", "made create whole"])
def test_kill(mark: str, place: Place) -> None:
    """The note of a killed creation, and what is adopted from it, show nothing."""
    running = place.start("up", **{shelf.STOP: mark})
    until(lambda: "stopped" in place.journal(), what=mark)
    os.killpg(running.process.pid, signal.SIGKILL)
    running.wait()
    left = _found(place)
    done = place.run("up")

    assert left == []
    assert done.code == 0, done.errors()
    assert _found(place) == []
