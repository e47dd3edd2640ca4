"""The renewal of an SSH key on a real Gitea, published in a real Vault."""

from collections.abc import Callable, Sequence

import pytest

from ops.rotation.numbers import Numbers
from ops.rotation.rotation import Rotation
from ops.rotation.step import Step
from provider.factory_error import FactoryError
from tests.ops.rotation.small_stack import NAME, ORG, SECRET, TITLE, SmallStack

WHOLE = len(Step)


class StoppedError(Exception):
    """The run was interrupted."""


def _rotation(
    stack: SmallStack, *, announce: Callable[[str], None] = print, waits: Sequence[float] = ()
) -> Rotation:  # fmt: skip
    return Rotation(
        NAME, file=stack.file, homes=stack.homes, proof=stack.proof, up=stack.up, announce=announce, waits=waits
    )


def _is_at(stack: SmallStack, number: int) -> bool:
    return (
        stack.file.numbers(NAME) == Numbers(current=number)
        and stack.titles() == [f"{TITLE}-{number}"]
        and stack.published() == stack.keys[number].private
    )


def test_a_whole_renewal(small_stack: SmallStack) -> None:
    """Each step is announced and done in order; the second key stands alone, and no value was said."""
    said: list[str] = []
    old = small_stack.published()

    rotation = _rotation(small_stack, announce=said.append)
    rotation.run()

    assert _is_at(small_stack, 2)
    assert small_stack.made == 2
    assert [one.step for one in rotation.done] == [*Step]
    steps = [line for line in said if not line.startswith(" ")]
    assert steps == [
        "1/8 remember: read the value at kvv1/gitea/reader, to try it again when it must be dead",
        "2/8 raise: write number 2 beside number 1 into Pulumi.main.yaml",
        "3/8 make: make number 2 and publish it; number 1 still works",
        "4/8 prove: read number 2 where it is published, and use it",
        "5/8 take out: take number 1 out of Pulumi.main.yaml",
        "6/8 remove: take number 1 away",
        "7/8 prove dead: prove that number 1 is dead",
        "8/8 close: write into Pulumi.main.yaml that nothing is left to do",
    ]
    assert "    the old value is refused; the server lists the new one alone, and it works" in said
    assert old not in "\n".join(said)
    assert small_stack.published() not in "\n".join(said)


def test_one_after_the_other(small_stack: SmallStack) -> None:
    """A second renewal goes to the third number."""
    _rotation(small_stack).run()
    _rotation(small_stack).run()

    assert _is_at(small_stack, 3)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", range(1, WHOLE + 1))
def test_interrupted_at_each_step(small_stack: SmallStack, place: int, when: str) -> None:
    """The same again finishes the renewal that was begun: no third key, whatever was lost with the first run."""
    begun: list[str] = []

    def stop(text: str) -> None:
        begun.append(text)
        reached = [line for line in begun if line.startswith(f"{place}/")]
        if reached and (when == "before" or text.startswith("    ")):
            raise StoppedError

    with pytest.raises(StoppedError):
        _rotation(small_stack, announce=stop).run()
    if (place, when) != (WHOLE, "after"):
        _rotation(small_stack).run()

    assert _is_at(small_stack, 2)
    assert small_stack.made == 2


def test_interrupted_again_and_again(small_stack: SmallStack) -> None:
    """A run that only ever gets one step further arrives all the same."""
    for _ in range(3 * WHOLE):
        lines = 0

        def stop_soon(text: str) -> None:
            nonlocal lines
            lines += not text.startswith(" ")
            if lines > len(Step) // 2:
                raise StoppedError

        try:
            _rotation(small_stack, announce=stop_soon).run()
        except StoppedError:
            continue
        break

    assert _is_at(small_stack, 2)
    assert small_stack.made == 2


def test_the_stack_publishes_nothing_new(small_stack: SmallStack) -> None:
    """A value that did not change is no renewal: the old key stays, and the file says so."""
    small_stack.publishes = False

    with pytest.raises(FactoryError, match="still holds the old value"):
        _rotation(small_stack).run()

    assert small_stack.file.numbers(NAME) == Numbers(current=2, kept=(1,))
    assert small_stack.titles() == [f"{TITLE}-1", f"{TITLE}-2"]


def test_the_second_home_is_empty(small_stack: SmallStack) -> None:
    """A secret that Gitea lacks is named before the old key is touched."""

    def up() -> None:
        SmallStack.up(small_stack)
        small_stack.gitea.delete(f"/orgs/{ORG}/actions/secrets/{SECRET}").raise_for_status()

    rotation = Rotation(
        NAME, file=small_stack.file, homes=small_stack.homes, proof=small_stack.proof, up=up, announce=print, waits=()
    )
    with pytest.raises(FactoryError, match=f"Gitea has no secret {SECRET} at {ORG}"):
        rotation.run()

    assert small_stack.file.numbers(NAME) == Numbers(current=2, kept=(1,))


def test_the_new_one_does_not_work(small_stack: SmallStack) -> None:
    """The old key is not touched when the new one is refused."""

    def up() -> None:
        SmallStack.up(small_stack)
        small_stack.take_away(2)

    rotation = Rotation(
        NAME, file=small_stack.file, homes=small_stack.homes, proof=small_stack.proof, up=up, announce=print, waits=()
    )
    with pytest.raises(FactoryError, match="the server refuses the value"):
        rotation.run()

    assert small_stack.titles() == [f"{TITLE}-1"]


def test_the_old_one_lives_on(small_stack: SmallStack) -> None:
    """A key that was not taken away is found by use, and the file says that its end is not proved."""
    small_stack.removes = False

    with pytest.raises(FactoryError, match="the old value still works"):
        _rotation(small_stack).run()

    assert small_stack.file.numbers(NAME) == Numbers(current=2, ending=(1,))


def test_the_old_one_lives_on_and_nobody_knows_it(small_stack: SmallStack) -> None:
    """Without the value, the server's list tells; once it is taken away by hand, the same again is enough."""
    small_stack.removes = False
    with pytest.raises(FactoryError, match="the old value still works"):
        _rotation(small_stack).run()

    with pytest.raises(FactoryError, match=f"the server still lists {TITLE}-1"):
        _rotation(small_stack).run()
    small_stack.take_away(1)
    _rotation(small_stack).run()

    assert _is_at(small_stack, 2)


def test_the_wrong_one_was_taken_away(small_stack: SmallStack) -> None:
    """That the new key still works is proved last, when the old one is gone."""
    runs = 0

    def up() -> None:
        nonlocal runs
        runs += 1
        SmallStack.up(small_stack)
        if runs == 2:
            small_stack.take_away(2)

    rotation = Rotation(
        NAME, file=small_stack.file, homes=small_stack.homes, proof=small_stack.proof, up=up, announce=print, waits=()
    )
    with pytest.raises(FactoryError, match="the server refuses the new value, now that the old one is gone"):
        rotation.run()

    assert small_stack.file.numbers(NAME) == Numbers(current=2, ending=(1,))


def test_a_server_that_is_late(small_stack: SmallStack) -> None:
    """What is not gone yet is asked for again, and each wait is announced."""
    small_stack.removes = False
    said: list[str] = []

    def announce(text: str) -> None:
        said.append(text)
        if "not yet" in text:
            small_stack.take_away(1)

    _rotation(small_stack, announce=announce, waits=[0]).run()

    assert _is_at(small_stack, 2)
    assert "    not yet; asking again in 0 s" in said


def test_the_published_value_was_dead_before(small_stack: SmallStack) -> None:
    """A credential that somebody deleted can be renewed; that its death proves nothing is said."""
    small_stack.take_away(1)
    rotation = _rotation(small_stack)

    rotation.run()

    assert _is_at(small_stack, 2)
    assert rotation.done[0].said.startswith("it does not work already")


def test_nothing_was_published(small_stack: SmallStack) -> None:
    """A credential that is in no home can be renewed."""
    small_stack.vault.delete("kvv1/gitea/reader").raise_for_status()
    rotation = _rotation(small_stack)

    rotation.run()

    assert _is_at(small_stack, 2)
    assert rotation.done[0].said.startswith("nothing is published at kvv1/gitea/reader")


def test_up_fails(small_stack: SmallStack) -> None:
    """A run that failed leaves everything as it was, but for the number in the file; the same again goes on."""

    def fail() -> None:
        raise FactoryError("up main has failed")

    rotation = Rotation(
        NAME, file=small_stack.file, homes=small_stack.homes, proof=small_stack.proof, up=fail, announce=print, waits=()
    )
    with pytest.raises(FactoryError, match="up main has failed"):
        rotation.run()
    assert small_stack.titles() == [f"{TITLE}-1"]
    _rotation(small_stack).run()

    assert _is_at(small_stack, 2)
