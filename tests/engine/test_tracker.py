"""Which resources are there already."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError

import pytest

from engine.tracker import Tracker


@pytest.fixture
def tracker() -> Tracker:
    """Give a component with a resource that is there, one that is not, and an empty component inside it."""
    made = Tracker()
    made.track("group", "", custom=False, absent=False)
    made.track("there", "group", custom=True, absent=False)
    made.track("inner", "group", custom=False, absent=False)
    made.track("absent", "", custom=True, absent=True)
    return made


@pytest.mark.parametrize(
    ("asked", "unresolved"),
    [
        ([], False),
        (["there"], False),
        (["absent"], True),
        (["group"], False),
        (["there", "absent"], True),
        (["never heard of"], False),
    ],
)
def test_unresolved(asked: list[str], unresolved: bool, tracker: Tracker) -> None:  # noqa: FBT001  # pytest gives it
    """What has no id yet is not there."""
    assert tracker.unresolved(asked) is unresolved


def test_component_is_there_when_all_inside_is(tracker: Tracker) -> None:
    """Something absent deep inside a component makes the component absent, until it is there."""
    tracker.track("deep", "inner", custom=True, absent=True)
    before = tracker.unresolved(["group"])
    tracker.track("deep", "inner", custom=True, absent=False)

    assert (before, tracker.unresolved(["group"])) == (True, False)


def test_question_waits_for_what_is_under_way(tracker: Tracker) -> None:
    """While something inside a component is being registered, a question about the component waits."""
    with ThreadPoolExecutor(1) as pool:
        with tracker.in_flight("inner"):
            answer = pool.submit(tracker.unresolved, ["group"])
            other = tracker.unresolved(["absent"])
            with pytest.raises(LateError):
                answer.result(timeout=0.05)
            tracker.track("late", "inner", custom=True, absent=True)
        found = answer.result(timeout=10)

    assert (other, found) == (True, True)


def test_failed_registration_does_not_block(tracker: Tracker) -> None:
    """A registration that ends with an error is no longer waited for."""
    with pytest.raises(ValueError, match="failed"), tracker.in_flight("group"):
        raise ValueError("failed")

    assert tracker.unresolved(["group"]) is False
