"""One rehearsal from start to end: its sides at the same time, one report."""

import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rehearsal.bring_up import Wishes
from rehearsal.check_list import REFUSALS, CheckResult
from rehearsal.gate.edge_checks import essential_gate_checks, following_gate_checks
from rehearsal.gate.rehearse_gate import PREPARED
from rehearsal.main.rehearse_main import essential_checks as main_essential
from rehearsal.main.rehearse_main import following_checks as main_following
from rehearsal.outcome import Outcome
from rehearsal.rehearse_edge import ESSENTIAL, REPORTED, following_checks, rehearse_edge
from rehearsal.rehearse_machines import rehearse_machines
from rehearsal.report import WHOLE, Report
from rehearsal.show import Show
from rehearsal.side_process import SideProcess
from stacks.faults import RefusedSettingsError

EDGE, MACHINES = "edge", "machines"


def rehearse(folder: Path, wishes: Wishes, *, show: Show) -> Report:
    """Rehearse the edge in *folder*, and at the same time the stack `hosts` on machines where they can run."""
    begun = time.monotonic()
    if not wishes.machines:
        return _report([rehearse_edge(folder, wishes, show)], begun=begun)
    with contextlib.ExitStack() as stack:
        machines = stack.enter_context(
            SideProcess(rehearse_machines, folder=folder, wishes=wishes, show=show.side(MACHINES))
        )
        edge = _told(EDGE, lambda: rehearse_edge(folder, wishes, show.side(EDGE)))
        outcomes = [edge, _told(MACHINES, machines.outcome)]
    return _report(outcomes, begun=begun)


def number_of_checks(*, edge: bool, gate: bool) -> int:
    """Return how many checks the stack `postgres` has, with those of the *edge* on top of it, and of the *gate*."""
    more = [*main_essential(), *main_following(), REPORTED] if edge else []
    of_gate = [PREPARED, *essential_gate_checks(), *following_gate_checks()] if edge and gate else []
    return len(ESSENTIAL) + len(list(following_checks())) + len(more) + len(of_gate)


def _told(side: str, work: Callable[[], Outcome]) -> Outcome:
    """Return what *work* found; what ends one side is its failed check, and does not hide the other side."""
    begun = time.monotonic()
    try:
        return work()
    except (*REFUSALS, RefusedSettingsError) as error:
        message, seconds = f"{type(error).__name__}: {error}", time.monotonic() - begun
        return Outcome(checks=[CheckResult(name=f"{side}: to its end", passed=False, seconds=seconds, message=message)])


def _report(outcomes: Sequence[Outcome], *, begun: float) -> Report:
    phases = {phase: seconds for one in outcomes for phase, seconds in one.seconds.items()}
    return Report(
        checks=[check for one in outcomes for check in one.checks],
        parts=[part for one in outcomes for part in one.parts],
        runs={stack: runs for one in outcomes for stack, runs in one.runs.items()},
        layers={host: layers for one in outcomes for host, layers in one.layers.items()},
        not_watched=[each for one in outcomes for each in one.not_watched],
        seconds={**phases, WHOLE: time.monotonic() - begun},
    )
