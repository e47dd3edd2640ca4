"""What makes the weak locks of a bucket strong enough."""

import pytest

from ops.gate.refused_error import RefusedError
from ops.state_bucket.state_guard import state_guard
from ops.state_bucket.storage import Storage
from tests.ops.state_bucket.conftest import BUCKET, PREFIX, Place

STATE = f"{PREFIX}.pulumi/stacks/small/dev.json"
HISTORY = f"{PREFIX}.pulumi/history/small/dev/dev-"


def _run(place: Place, moment: int, content: bytes) -> None:
    """Leave what a run of the official CLI leaves."""
    place.bucket.put(STATE, content)
    place.bucket.put(f"{HISTORY}{moment}.checkpoint.json", content)
    place.bucket.put(f"{HISTORY}{moment}.history.json", b"{}")


def test_two_at_once(place: Place) -> None:
    """Whoever comes second is refused and told who is there; afterwards nothing is left."""
    with state_guard(place.folder, "dev"):
        with pytest.raises(RefusedError, match=r"the stack is locked by .+@.+ \(process \d+\) since 20"):
            state_guard(place.folder, "dev").__enter__()
        assert list(place.bucket.objects) == [f"{PREFIX}.factory/locks/small/dev.json"]

    assert place.bucket.objects == {}


def test_only_one_can_make_it(place: Place) -> None:
    """Of two that found no lock at the same moment one makes it: the storage decides, not who looked last."""
    with Storage(BUCKET) as one, Storage(BUCKET) as other:
        made = [each.create(place.state.own_lock, {}) for each in (one, other)]

    assert made == [str(place.bucket.generations[place.state.own_lock]), None]


def test_the_official_lock_counts(place: Place) -> None:
    """A lock of the official CLI is respected, and none of ours is left beside it."""
    key = place.left()

    with pytest.raises(RefusedError, match=r"the stack is locked by ci@runner \(process 412\)"):
        state_guard(place.folder, "dev").__enter__()

    assert list(place.bucket.objects) == [key]


def test_written_by_somebody_else_before_the_run(place: Place) -> None:
    """A state that is another version than when the plan was made is not worked on, even with the same content."""
    place.bucket.put(STATE, b"one")
    with state_guard(place.folder, "dev") as guard:
        guard.require_unmoved()
        place.bucket.put(STATE, b"one")
        with pytest.raises(RefusedError, match="was written by somebody else since the plan"):
            guard.require_unmoved()


def test_one_run_is_alone(place: Place) -> None:
    """A run that changed the state, and one that ended before it changed anything, are both good."""
    _run(place, 1, b"one")
    with state_guard(place.folder, "dev") as guard:
        guard.require_alone()
        _run(place, 2, b"two")
        guard.require_alone()


@pytest.mark.parametrize("moment", [2, 3])
def test_written_by_somebody_else_during_the_run(place: Place, moment: int) -> None:
    """A second finished run, or a state that is not what ours left, is said: one of the two may be lost."""
    _run(place, 1, b"one")
    with state_guard(place.folder, "dev") as guard:
        _run(place, 2, b"two")
        if moment > 2:
            _run(place, moment, b"three")
        else:
            place.bucket.put(STATE, b"three")
        with pytest.raises(RefusedError, match="another run wrote the state of dev at the same time"):
            guard.require_alone()


def _taken(place: Place) -> None:
    with state_guard(place.folder, "dev"):
        key = place.state.own_lock
        place.bucket.set_aside(key)
        place.bucket.put(key, b"{}")


def test_our_lock_was_taken_away(place: Place) -> None:
    """The owner is checked: a lock that is another one by now is left to its owner, and it is said."""
    with pytest.raises(RefusedError, match="our lock on dev was taken away while we worked"):
        _taken(place)

    assert list(place.bucket.objects) == [place.state.own_lock]


def test_a_folder_needs_none_of_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state in a folder has a lock that holds; nothing is asked of Google."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", place.folder.as_uri())

    with state_guard(place.folder, "dev") as guard:
        guard.require_unmoved()
        guard.require_alone()

    assert place.double.requests == []
