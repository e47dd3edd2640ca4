"""What is said before a step."""

from ops.rotation.numbers import Numbers
from ops.rotation.step import Step


def announcement(step: Step, numbers: Numbers, *, path: str, file: str) -> str:
    """Return what *step* is about to do, for *numbers* in *file* and the value at *path*."""
    old = " and ".join(str(number) for number in (*numbers.kept, *numbers.ending))
    new = numbers.current
    return {
        Step.REMEMBER: f"read the value at {path}, to try it again when it must be dead",
        Step.RAISE: f"write number {new + 1} beside number {new} into {file}",
        Step.MAKE: f"make number {new} and publish it; number {old} still works",
        Step.PROVE: f"read number {new} where it is published, and use it",
        Step.TAKE_OUT: f"take number {old} out of {file}",
        Step.REMOVE: f"take number {old} away",
        Step.PROVE_DEAD: f"prove that number {old} is dead",
        Step.CLOSE: f"write into {file} that nothing is left to do",
    }[step]
