"""The numbers of a credential, and what is left to do for them."""

import pytest
from pydantic import JsonValue

from ops.rotation.numbers import Numbers
from ops.rotation.step import Step, steps_left
from provider.factory_error import FactoryError


def test_a_renewal_goes_from_one_number_to_the_next() -> None:
    """The old number is kept, then ending, then forgotten."""
    first = Numbers()

    raised = first.raised()
    out = raised.taken_out()

    assert raised == Numbers(current=2, kept=(1,))
    assert out == Numbers(current=2, ending=(1,))
    assert out.closed() == Numbers(current=2)
    assert out.closed().raised() == Numbers(current=3, kept=(2,))


@pytest.mark.parametrize(
    "numbers", [Numbers(), Numbers(current=2, kept=(1,)), Numbers(current=3, ending=(1, 2)), Numbers(current=7)]
)
def test_what_is_written_is_read(numbers: Numbers) -> None:
    """An entry says all that the numbers are."""
    assert Numbers.read("thing", numbers.entry) == numbers


@pytest.mark.parametrize(
    "entry",
    [
        None, 2, [], {}, {"kept": []}, {"current": 0}, {"current": True}, {"current": "2"}, {"current": 2, "kept": 1},
        {"current": 2, "kept": [2]}, {"current": 2, "kept": [1], "ending": [1]}, {"current": 2, "old": [1]},
        {"current": 2, "kept": [1, -1]},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(entry: JsonValue) -> None:
    """Anything but different numbers from 1 on is refused by the name of the credential, with an example."""
    with pytest.raises(FactoryError) as refused:
        Numbers.read("thing", entry)

    assert str(refused.value) == (
        'factory:generations: thing: expected different numbers from 1 on as in {"current": 2, "kept": [1]}, found '
        "something else"
    )


@pytest.mark.parametrize(
    ("numbers", "left"),
    [
        (Numbers(), "remember, raise, make, prove, take out, remove, prove dead, close"),
        (Numbers(current=2), "remember, raise, make, prove, take out, remove, prove dead, close"),
        (Numbers(current=2, kept=(1,)), "remember, make, prove, take out, remove, prove dead, close"),
        (Numbers(current=2, ending=(1,)), "remove, prove dead, close"),
        (Numbers(current=3, kept=(2,), ending=(1,)), "remember, make, prove, take out, remove, prove dead, close"),
    ],
)
def test_the_stack_file_says_what_is_left(numbers: Numbers, left: str) -> None:
    """A renewal that was interrupted goes on where it was; nothing is raised twice."""
    assert ", ".join(steps_left(numbers)) == left


def test_every_step_is_in_the_whole_renewal() -> None:
    """No step is left out when nothing is under way."""
    assert steps_left(Numbers()) == tuple(Step)
