"""Ask for a name from a machine of the lab for as long as something happens to the others."""

import itertools
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pydantic

from rehearsal.machines.machine import Machine, MachineError

PROGRAM = Path(__file__).with_name("name_questions.py")
PLACE = "/tmp/name_questions.py"  # noqa: S108 - on a machine of the lab, where nobody else is
LONGEST_QUESTION = 30

Question = tuple[float, float, bool]


class Answers(pydantic.RootModel[dict[str, tuple[Question, ...]]]):
    """What the machine tells: way of asking → each question."""


class NameProbe:
    """What was asked and answered; complete when the `with` of `asking` ended."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self._answers: dict[str, tuple[Question, ...]] = {}

    def __str__(self) -> str:
        """Tell the figures."""
        return f"longest gap {self.gap:.1f} s, slowest answer {self.slowest:.1f} s, shared {self.address_gap:.1f} s"

    def take(self, line: str) -> None:
        """Take what the machine tells."""
        self._answers = Answers.model_validate_json(line).root

    @property
    def gap(self) -> float:
        """Longest time without an answer for a program on the machine, in seconds."""
        return _gap(self._answers["library"])

    @property
    def slowest(self) -> float:
        """Longest time that a program on the machine waited for one answer, in seconds."""
        return max(ended - begun for begun, ended, _ in self._answers["library"])

    @property
    def failed(self) -> int:
        """Number of times that a program on the machine got no answer."""
        return sum(not answered for _, _, answered in self._answers["library"])

    @property
    def address_gap(self) -> float:
        """Longest time without an answer from the shared address, in seconds."""
        return _gap(self._answers["address"])


def _gap(questions: Sequence[Question]) -> float:
    """Return the longest time between two answers; the begin and the end of asking count as one each."""
    answered = sorted(ended for _, ended, answered in questions if answered)
    first, last = min(begun for begun, _, _ in questions), max(begun for begun, _, _ in questions)
    moments = [first, *answered, last]
    return max(later - earlier for earlier, later in itertools.pairwise(moments))


@contextmanager
def asking(machine: Machine, name: str, *, address: str) -> Iterator[NameProbe]:
    """Ask from *machine* for *name*, also straight from *address*, while the `with` lasts."""
    machine.run(f"cat >{PLACE}", given=PROGRAM.read_text())
    command = machine.command(f"python3 {PLACE} {name} {address}")
    probe = NameProbe()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            _expect_ready(process, machine)
            yield probe
            said, _ = process.communicate(timeout=LONGEST_QUESTION)
        except BaseException:
            process.kill()
            raise
    probe.take(said)


def _expect_ready(process: "subprocess.Popen[str]", machine: Machine) -> None:
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise MachineError(f"{machine.name}: expected to ask for names there, it does not")
