"""A machine is lost in the middle of being brought up: the run says so, and the next ones go on to the end."""

import concurrent.futures
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import changes, expect, expect_success
from rehearsal.machines.machine import Machine

LOST = "pi3"
LONGEST_RUN = 120.0
"""Seconds after a cut within which the run must have given up: ssh gives a silent machine 15, one operation at most."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One loss of the machine."""

    title: str
    after: float
    """Seconds after the run began."""
    lose: Callable[[Machine], None]
    restore: Callable[[Machine], None]


CUTS: Sequence[Cut] = (
    Cut(title="power cut after 5 s", after=5, lose=Machine.kill, restore=Machine.start),
    Cut(title="network cut after 12 s", after=12, lose=Machine.cut, restore=Machine.heal),
    Cut(title="power cut after 25 s", after=25, lose=Machine.kill, restore=Machine.start),
)


def cut_checks() -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
    """Return the checks by name."""
    yield f"hosts: {LOST} as a bare machine again is shown", check_bare
    for cut in CUTS:
        yield f"hosts: {cut.title} of the run fails by name", _lost(cut)
    yield f"hosts: the next run brings {LOST} up to the end", check_converged


def check_bare(lab: HostsLab) -> None:
    """Take everything from one machine; asking names it and no other."""
    lab.machines[LOST].reset()
    lab.machines[LOST].start()
    document = lab.stack.run("refresh", preview_only=True)
    expect_success(document)
    found = {step.urn.rpartition("::")[2].partition("-")[0] for step in document.steps if step.op == "update"}
    expect(found == {LOST}, f"expected only {LOST} to differ, found {sorted(found)}:\n" + "\n".join(changes(document)))


def _lost(cut: Cut) -> Callable[[HostsLab], str]:
    def check(lab: HostsLab) -> str:
        machine = lab.machines[LOST]
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            running = beside.submit(lambda: lab.stack.run("up", refresh=True))
            concurrent.futures.wait([running], timeout=cut.after)
            cut.lose(machine)
            try:
                document = running.result(timeout=LONGEST_RUN)
            finally:
                cut.restore(machine)
        said = [each.message for each in document.diagnostics if each.severity == "error"]
        expect(document.result == "failed", f"expected the run to fail when {LOST} was lost, it {document.result}")
        expect(
            any(LOST in message and machine.address in message for message in said),
            f"expected an error that names {LOST} and {machine.address}, found:\n" + "\n".join(said),
        )
        return next(message for message in said if LOST in message).splitlines()[0]

    return check


def check_converged(lab: HostsLab) -> None:
    """Bring everything up to the end, and ask all machines."""
    expect_success(lab.stack.run("up", refresh=True))
    again = lab.stack.run("preview", refresh=True)
    expect_success(again)
    expect(not changes(again), "expected nothing pending on any machine, found:\n" + "\n".join(changes(again)))
