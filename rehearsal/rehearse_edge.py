"""The edge: the stack `postgres` on servers of this computer, and what stands on top of it."""

import functools
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ops.official.event_log import Document
from rehearsal.bring_up import Wishes, bring_up
from rehearsal.check_list import CheckList, Work
from rehearsal.checks.canary import check_drop, check_expiry, check_minting, check_neighbours, check_use
from rehearsal.checks.destroy import check_destroy
from rehearsal.checks.drift import DriftRound
from rehearsal.checks.drift_items import DATABASES, OBJECTS, RIGHTS
from rehearsal.checks.editor import check_editor
from rehearsal.checks.guard import check_guard
from rehearsal.checks.main.secret_scan import check_report
from rehearsal.checks.recovery import check_state_lost
from rehearsal.checks.rights import check_memberships, check_rights
from rehearsal.checks.runs import check_first_run, check_preview, check_second_run
from rehearsal.checks.secrets_kept import check_secrets
from rehearsal.gate.rehearse_gate import rehearse_gate
from rehearsal.lab import Lab
from rehearsal.main.bring_up import STACK as MAIN
from rehearsal.main.bring_up import bring_up_main
from rehearsal.main.edge_parity import edge_parity
from rehearsal.main.rehearse_main import bound, not_watched
from rehearsal.main.rehearse_main import essential_checks as main_essential
from rehearsal.main.rehearse_main import following_checks as main_following
from rehearsal.outcome import Outcome
from rehearsal.parity import PartUsed, parity_table
from rehearsal.show import Show
from rehearsal.stack_files import STACK

CPU = platform.machine()
REPORTED = "main secrets: none in the report"
Check = Callable[[Lab], None]

ESSENTIAL: Sequence[tuple[str, Check]] = (
    ("guard: production is refused", check_guard),
    ("preview", check_preview),
    ("first up", check_first_run),
)
"""Without these nothing that follows can be looked at."""


def following_checks() -> Iterator[tuple[str, Check]]:
    """Return the checks of a lab that was brought up."""
    yield "second up changes nothing", check_second_run
    yield "rights: exactly those of the design", check_rights
    yield "rights: memberships and owner roles", check_memberships
    yield "secrets stay encrypted", check_secrets
    yield "canary: credentials_editor makes a short-lived role", check_minting
    yield "canary: the role logs in through PgBouncer and uses a table", check_use
    yield "canary: other databases are closed to the role", check_neighbours
    yield "canary: an expired role is refused", check_expiry
    yield "canary: a dropped role is refused", check_drop
    yield from DriftRound("rights", RIGHTS).checks()
    yield from DriftRound("objects", OBJECTS).checks()
    yield "drift: the password and a right of credentials_editor", check_editor
    yield from DriftRound("whole databases", DATABASES).checks()
    yield "recovery: a lost state comes back by its runbook", check_state_lost
    yield "destroy is refused, data intact", check_destroy


def rehearse_edge(folder: Path, wishes: Wishes, show: Show) -> Outcome:
    """Rehearse `postgres` in *folder*, then the phases on top of it."""
    checks = CheckList(show)
    begun = time.monotonic()
    with bring_up(folder, wishes, say=show.say) as lab:
        checks.run_all(_bound(ESSENTIAL, lab), _bound(following_checks(), lab))
        parts: list[PartUsed] = [*parity_table(lab, cpu=CPU)]
        runs: dict[str, Mapping[str, Document]] = {STACK: lab.runs}
        seconds = {STACK: time.monotonic() - begun}
        # What stands on databases that are not there would only repeat the same failure.
        for name, phase in PHASES if wishes.edge and "second" in lab.runs else ():
            begun = time.monotonic()
            more = phase(folder, wishes, lab, checks, show)
            parts += more.parts
            runs |= more.runs
            # A phase within this one has a time of its own.
            seconds[name] = time.monotonic() - begun - sum(more.seconds.values())
            seconds |= more.seconds
    unwatched = [*not_watched()] if MAIN in runs else []
    return Outcome(checks=checks.results, parts=parts, runs=runs, not_watched=unwatched, seconds=seconds)


def _rehearse_main(folder: Path, wishes: Wishes, lab: Lab, checks: CheckList, show: Show) -> Outcome:
    """Rehearse the stack `main` on top of *lab*, and the gate on top of that."""
    with bring_up_main(folder, wishes, lab, say=show.say) as edge:
        checks.run_all(bound(main_essential(), edge), bound(main_following(), edge))
        # Without the second run there is nothing that a pull request could change.
        gate = rehearse_gate(folder, edge, checks) if wishes.gate and "second" in edge.runs else Outcome()
        checks.run(REPORTED, lambda: check_report(edge, checks.results))
        return Outcome(parts=[*edge_parity(edge), *gate.parts], runs={MAIN: edge.runs}, seconds=gate.seconds)


def _bound(checks: Iterable[tuple[str, Check]], lab: Lab) -> Iterator[tuple[str, Work]]:
    for name, check in checks:
        yield name, functools.partial(check, lab)


PHASES: Sequence[tuple[str, Callable[[Path, Wishes, Lab, CheckList, Show], Outcome]]] = ((MAIN, _rehearse_main),)
"""What is rehearsed on top of `postgres`, in order."""
