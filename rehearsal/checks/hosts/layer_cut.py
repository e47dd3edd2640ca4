"""A machine is lost in the middle of a layer: the run says so in time, by layer, machine and address."""

import concurrent.futures
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hosts.worker.ssh_command import CONNECT_SECONDS, SILENT_SECONDS
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect
from rehearsal.machines.machine import Machine
from rehearsal.passing import Passing

LONGEST_SILENCE = 2.0 * SILENT_SECONDS + CONNECT_SECONDS
"""Seconds after a loss within which the run must have told it: silence is noticed, and one connection tried again."""
_LONGEST_OPERATION = 30.0
_WHILE = "timeout {seconds:.0f} sh -c 'until {condition}; do sleep .05; done'"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One way to lose a machine."""

    title: str
    lose: Callable[[Machine], None]
    restore: Callable[[Machine], None]


POWER = Loss(title="power cut", lose=Machine.kill, restore=Machine.start)
NETWORK = Loss(title="network cut", lose=Machine.cut, restore=Machine.heal)


@dataclass(frozen=True, kw_only=True)
class LayerCut:
    """One loss, in one operation of one layer."""

    machine: str
    layer: str
    operation: str
    """What the operation's name begins with."""
    loss: Loss
    until: str = ""
    """What the machine is waited for within the operation, as a condition of its shell."""
    guarded: float = 0.0
    """Seconds that a dead man's switch waits for a connection before the operation gives up."""

    @property
    def resource(self) -> str:
        """Name of the layer's resource."""
        return f"{self.machine}-{self.layer}"

    @property
    def title(self) -> str:
        """What happens, in a few words."""
        return f"{self.loss.title} of {self.machine} in {self.layer}"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the run said of one loss."""

    operation: str
    """Operation that was under way."""
    seconds: float
    """Time from the loss to the error."""
    message: str
    """First line of the error."""

    def __str__(self) -> str:
        """Tell the figures."""
        return f"“{self.operation}”, told after {self.seconds:.1f} s: {self.message}"


def cut_inside(
    lab: HostsLab, cuts: Sequence[LayerCut]
) -> tuple[Mapping[LayerCut, "Seen | str"], Sequence[tuple[str, str]]]:
    """Run `up` and lose the machine of each cut, one cut a machine, when the run is at its operation.

    Returned is what was seen of each, or what is wrong with it, and the name and text of each error. A machine whose
    operation never came is not lost, and not in what is returned. All are restored.
    """
    with concurrent.futures.ThreadPoolExecutor(max(len(cuts), 1)) as beside:
        watched = [_Watched(cut, lab.machines[cut.machine], beside) for cut in cuts]

        def watch(passing: Passing) -> None:
            for one in watched:
                one.take(passing)

        try:
            document = lab.stack.run("up", refresh=True, watch=watch)
        finally:
            for one in watched:
                one.restore()
    lost = [one for one in watched if one.lost_at is not None]
    expect(not lost or document.result == "failed", f"expected the run to fail, it {document.result}")
    errors = [(one.urn.rpartition("::")[2], one.message) for one in document.diagnostics if one.severity == "error"]
    return {one.cut: one.seen(errors) for one in lost}, errors


def lose_inside(lab: HostsLab, cut: LayerCut) -> str:
    """Run `up`, lose one machine in it, and return the figures; fail with what a run said that did not come to it."""
    seen, errors = cut_inside(lab, [cut])
    wanted = f"expected a run that comes to “{cut.operation}” of {cut.resource}, it said:\n{_shown(errors)}"
    expect(cut in seen, wanted)
    return expect_seen(cut, seen)


def expect_seen(cut: LayerCut, found: Mapping[LayerCut, "Seen | str"]) -> str:
    """Return the figures of *cut*; fail where something is wrong with it, or it did not take place."""
    expect(cut in found, f"expected a run that comes to “{cut.operation}” of {cut.resource}, found none")
    expect(isinstance(found[cut], Seen), str(found[cut]))
    return str(found[cut])


def _shown(errors: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {message}" for name, message in errors) or "no error"


class _Watched:
    """One cut while the run goes on."""

    def __init__(self, cut: LayerCut, machine: Machine, beside: concurrent.futures.Executor) -> None:
        self.cut = cut
        self.lost_at: float | None = None
        self._machine = machine
        self._beside = beside
        self._cutting: concurrent.futures.Future[None] | None = None
        self._operation = ""
        self._told_at: float | None = None
        self._lock = threading.Lock()

    def take(self, passing: Passing) -> None:
        """Look whether the operation begins, or the loss is told."""
        if passing.severity == "error":
            if self.lost_at is not None and self._told_at is None and self._named_in(passing.text):
                self._told_at = time.monotonic()
            return
        operation = passing.text.partition(" ")[2]
        begins = passing.name == self.cut.resource and operation.startswith(self.cut.operation)
        if begins and self._cutting is None:
            self._operation = operation
            self._cutting = self._beside.submit(self._lose)

    def restore(self) -> None:
        """Bring the machine back."""
        if self._cutting is not None:
            self._cutting.result()
            self.cut.loss.restore(self._machine)

    def seen(self, errors: Sequence[tuple[str, str]]) -> "Seen | str":
        """Return what was told, or what is wrong with it: of which resource, how late, in which words."""
        shown = _shown(errors)
        message = next((text for name, text in errors if name == self.cut.resource and self._named_in(text)), None)
        if message is None or self.lost_at is None or self._told_at is None:
            return (
                f"{self.cut.title}, at “{self._operation}”: expected an error of {self.cut.resource} that names "
                f"{self._machine.name} and {self._machine.address}, found:\n{shown}"
            )
        seconds, longest = self._told_at - self.lost_at, LONGEST_SILENCE + self.cut.guarded
        if seconds > longest:
            return f"{self.cut.title}: expected it told within {longest:.0f} s, it took {seconds:.1f} s:\n{shown}"
        return Seen(operation=self._operation, seconds=seconds, message=message.splitlines()[0])

    def _named_in(self, text: str) -> bool:
        return self._machine.name in text and self._machine.address in text

    def _lose(self) -> None:
        if self.cut.until:
            waiting = _WHILE.format(seconds=_LONGEST_OPERATION, condition=self.cut.until)
            self._machine.run(waiting, check=False)
        self.lost_at = time.monotonic()
        self.cut.loss.lose(self._machine)
