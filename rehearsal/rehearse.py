"""One rehearsal from start to end."""

import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rehearsal.bring_up import Wishes, bring_up
from rehearsal.check_list import CheckList
from rehearsal.checks.canary import check_drop, check_expiry, check_minting, check_neighbours, check_use
from rehearsal.checks.destroy import check_destroy
from rehearsal.checks.drift import DriftRound
from rehearsal.checks.drift_items import DATABASES, OBJECTS, RIGHTS
from rehearsal.checks.editor import check_editor
from rehearsal.checks.guard import check_guard
from rehearsal.checks.rights import check_memberships, check_rights
from rehearsal.checks.runs import check_first_run, check_preview, check_second_run
from rehearsal.checks.secrets_kept import check_secrets
from rehearsal.lab import Lab
from rehearsal.parity import parity_table
from rehearsal.report import Report
from rehearsal.show import Show
from rehearsal.stack_files import STACK

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
    yield "destroy is refused, data intact", check_destroy


def rehearse(folder: Path, wishes: Wishes, *, show: Show) -> Report:
    """Rehearse the stack in *folder*."""
    with bring_up(folder, wishes, say=show.say) as lab:
        checks = CheckList(show)
        _run_all(checks, lab)
        parts = parity_table(lab, cpu=platform.machine())
    return Report(checks=checks.results, parts=parts, runs={STACK: lab.runs})


def number_of_checks() -> int:
    """Return how many checks a rehearsal has."""
    return len(ESSENTIAL) + len(list(following_checks()))


def _run_all(checks: CheckList, lab: Lab) -> None:
    failed = ""
    for name, work in ESSENTIAL:
        if failed:
            checks.skip(name, because=failed)
        elif not checks.run(name, lambda work=work: work(lab)):  # type: ignore[misc]  # binds the loop's value
            failed = name
    for name, work in following_checks():
        if failed:
            checks.skip(name, because=failed)
        else:
            checks.run(name, lambda work=work: work(lab))  # type: ignore[misc]  # binds the loop's value
