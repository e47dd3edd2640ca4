"""The checks of the stack `main`, in order."""

from collections.abc import Callable, Iterator

from rehearsal.check_list import NotEnforceable, Work
from rehearsal.checks.main import (
    cut_after_write,
    names,
    published,
    renewal,
    running_application,
    runs,
    secret_scan,
    taken_over,
    typos,
    volume_key,
    workflow,
    workflow_accounts,
)
from rehearsal.checks.main.credential_drift_items import OF_CREDENTIALS, UNWATCHED_CREDENTIALS
from rehearsal.checks.main.drift import EdgeDriftRound
from rehearsal.checks.main.drift_items import OF_APPLICATIONS, OF_THE_BASE, UNWATCHED
from rehearsal.main.edge import Edge
from rehearsal.report import NotWatched

DRIFTS = (*OF_APPLICATIONS, *OF_THE_BASE, *OF_CREDENTIALS, *UNWATCHED, *UNWATCHED_CREDENTIALS)
"""Changes by hand, all of them in one round."""

Check = Callable[[Edge], str | NotEnforceable | None]


def essential_checks() -> Iterator[tuple[str, Check]]:
    """Return those without which nothing that follows can be looked at."""
    yield "main: preview", runs.check_preview
    yield "main: first up", runs.check_first_run


def following_checks() -> Iterator[tuple[str, Check]]:
    """Return the checks of an edge that was brought up."""
    yield "main: second up changes nothing", runs.check_second_run
    yield "main: every server, asked again, is as declared", runs.check_asked_again
    yield "main: Vault holds the names of the design, and no others", names.check_names
    yield "main canary: each workflow gets exactly its policies", workflow.check_policies
    yield "main canary: its workflow reads what is its own", workflow.check_reading
    yield "main canary: nobody else gets its role", workflow.check_strangers
    yield "main: the stack's own workflow gets no database user", workflow.check_own_workflow
    yield "main: a plan reads and cannot write, and an expired token opens nothing", workflow.check_plans
    yield "main canary: branch and pull request", workflow.check_branches
    yield "main canary: its account on Gitea gets its role in Vault", workflow_accounts.check_logins
    yield "main canary: its account without the password says nothing", workflow_accounts.check_wrong_password
    yield "main canary: its service account gets the runtime policy", running_application.check_service_account
    yield "main canary: a database user works, and is dead after its end", running_application.check_user
    yield "main: every application gets a database user", running_application.check_every_user
    yield "main: each credential is in its two homes", published.check_homes
    yield "main: the cluster gets the key to the bucket for its volumes", volume_key.check_volume_key
    yield "main: the published pair signs what R2 accepts", published.check_pair
    yield from EdgeDriftRound(DRIFTS).checks()
    yield "main: an answer that is lost after the write makes no second object", cut_after_write.check_cut
    yield "main: an object whose answer is lost is taken over by one import", taken_over.check_taken_over
    yield "main: a wrong character in a name of the canary is noticed", typos.check_sample
    yield "main: every credential that the stack needs is good", renewal.check_needed
    yield "main renewal: a new one in both homes, the old one dead", renewal.check_renewals
    yield "main renewal: killed on its way and asked for again", renewal.check_killed_renewal
    yield "main renewal: nothing is left to do afterwards", renewal.check_nothing_left
    yield "main secrets: none in processes while the stack runs", secret_scan.check_processes
    yield "main secrets: none in what a refused run says", secret_scan.check_error
    yield "main secrets: none in states, files and logs", secret_scan.check_files


def not_watched() -> Iterator[NotWatched]:
    """Return what no refresh of the edge shows; the checks try each of them."""
    for drift in DRIFTS:
        if not drift.watched:
            yield NotWatched(what=drift.name, seen_by=drift.instead)


def bound(checks: Iterator[tuple[str, Check]], edge: Edge) -> Iterator[tuple[str, Work]]:
    """Return *checks* as work on *edge*."""
    for name, check in checks:
        yield name, _work(check, edge)


def _work(check: Check, edge: Edge) -> Work:
    return lambda: check(edge)
