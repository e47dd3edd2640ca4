"""A state that cannot be used: the error says what and where, and nothing is written."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.robustness.place import Place

pytestmark = pytest.mark.slow

Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a place with a secret and an object that needs another, applied twice."""
    place = Place(tmp_path_factory.mktemp("sound") / "place", program="secrets")
    assert place.run("up").code == 0
    assert place.run("up").code == 0
    return place


def _named(latest: dict[str, list[dict[str, object]]], name: str) -> dict[str, object]:
    [found] = [item for item in latest["resources"] if str(item["urn"]).endswith(f"::{name}")]
    return found


def _edited(edit: Callable[[dict[str, list[dict[str, object]]]], object]) -> Change:
    def change(path: Path) -> None:
        document = json.loads(path.read_text())
        edit(document["checkpoint"]["latest"])
        path.write_text(json.dumps(document))

    return change


def _replaced(old: str, new: str) -> Change:
    def change(path: Path) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return change


def _packed(path: Path) -> None:
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


_CASES: dict[str, tuple[Change, str, bool]] = {
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:-700]), "damaged: ", True),
    "empty": (lambda path: path.write_bytes(b""), "damaged: ", True),
    "not JSON": (lambda path: path.write_text("state: lost\n"), "damaged: ", True),
    "not UTF-8": (lambda path: path.write_bytes(b'{"version": "\xff"}'), "damaged: ", True),
    "another kind of JSON": (lambda path: path.write_text("[]"), "damaged: ", True),
    "no checkpoint": (lambda path: path.write_text('{"version": 3}'), "damaged: ", True),
    "bad ciphertext": (_replaced('"ciphertext":"v1:', '"ciphertext":"v1:AAAA'), "a ciphertext is damaged", True),
    "newer format": (_replaced('"version":3', '"version":9'), "9", True),
    "magic mismatch": (_replaced('"version": "3.260.0"', '"version": "3.260.1"'), "magic mismatch", True),
    "one URN twice": (
        _edited(lambda latest: latest["resources"].append(latest["resources"][-1])),
        "stands 2 times in the state",
        True,
    ),
    "dangling dependency": (
        _edited(lambda latest: latest["resources"].remove(_named(latest, "nested"))),
        "is missing",
        True,
    ),
    "compressed": (_packed, ".json.gz: compressed state", False),
}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", _CASES)
def test_damaged_state_is_left_alone(name: str, sound: Place, tmp_path: Path) -> None:
    """A run on a state that cannot be used names the file, what is wrong and the newest backup, and writes nothing."""
    change, words, has_backup = _CASES[name]
    place = Place(tmp_path / "place", program="secrets")
    shutil.copytree(sound.backend.parent, place.backend.parent)
    change(place.state_file)
    before = _files(place.backend), _files(place.project)
    newest = max((place.backend / "backups").rglob("*.json"))

    done = place.run("up")

    assert done.code == 1, done.stderr
    assert str(place.state_file) in done.stderr
    assert words in done.stderr
    assert (str(newest) in done.stderr) == has_backup
    assert "Traceback" not in done.stderr
    assert done.errors() in done.stderr
    assert (_files(place.backend), _files(place.project)) == before
    assert place.objects() == {}


def test_wrong_passphrase(sound: Place) -> None:
    """Another passphrase is refused with the name of the variable, and nothing is written."""
    before = _files(sound.backend)

    done = sound.run("up", PULUMI_CONFIG_PASSPHRASE="another")  # noqa: S106  # of no stack at all

    assert done.code == 1
    assert str(sound.state_file) in done.stderr
    assert "the passphrase is not the one of this stack; set PULUMI_CONFIG_PASSPHRASE" in done.stderr
    assert _files(sound.backend) == before


def test_backup_can_be_used(sound: Place, tmp_path: Path) -> None:
    """The backup that the error names is a whole state: put in place, the next run changes nothing."""
    place = Place(tmp_path / "place", program="secrets")
    shutil.copytree(sound.backend.parent, place.backend.parent)
    shutil.copytree(sound.shelf, place.shelf, dirs_exist_ok=True)
    place.state_file.write_bytes(b"{")
    named = place.run("up").stderr.rpartition("Newest backup: ")[2].strip()
    shutil.copyfile(named, place.state_file)

    done = place.run("up")

    assert done.code == 0, done.stderr
    assert done.document()["counts"] == {"same": 4}
