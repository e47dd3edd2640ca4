"""What `./factory doctor` says of locks in a bucket."""

import pytest

from ops.machine.locks import locks
from ops.state_bucket.storage import EMULATOR
from tests.ops.state_bucket.conftest import TAKEN, Place


def test_a_lock_is_named_with_its_age(place: Place) -> None:
    """The owner, the start and how long that is are told, and the command that helps; nothing when it is gone."""
    key = place.left()

    held = locks(place.folder)

    assert not held.ok
    assert held.found.startswith(f"dev: ci@runner (process 412) since {TAKEN}, ")
    assert held.found.endswith(" h")
    assert "./factory state unlock dev" in held.fix
    del place.bucket.objects[key]
    assert locks(place.folder).found == "no stack is locked"


def test_a_bucket_that_cannot_be_asked_is_not_called_free(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looked, and that is what is said."""
    place.left()
    monkeypatch.setenv(EMULATOR, "127.0.0.1:1")

    found = locks(place.folder)

    assert not found.ok
    assert found.found.startswith("dev: not looked at: ")
