"""The steps of a renewal, and which of them are left."""

from enum import StrEnum

from ops.rotation.numbers import Numbers


class Step(StrEnum):
    """One step; each can be done again."""

    REMEMBER = "remember"
    """Read the published value, to try it again when it must be dead; it stays in memory."""
    RAISE = "raise"
    """Write the new number beside the old one into the stack file."""
    MAKE = "make"
    """Run up: the new one is made and published, the old one still works."""
    PROVE = "prove"
    """Read the new value where it is published, and use it."""
    TAKE_OUT = "take out"
    """Take the old number out of the stack file."""
    REMOVE = "remove"
    """Run up: the old one is taken away."""
    PROVE_DEAD = "prove dead"
    """Use the old value, and look for it in the server's list."""
    CLOSE = "close"
    """Write into the stack file that nothing is left to do."""


def steps_left(numbers: Numbers) -> tuple[Step, ...]:
    """Return what is left to do for *numbers*; a whole renewal when nothing is under way."""
    every = tuple(Step)
    if numbers.kept:
        return tuple(step for step in every if step is not Step.RAISE)
    if numbers.ending:
        return every[every.index(Step.REMOVE) :]
    return every
