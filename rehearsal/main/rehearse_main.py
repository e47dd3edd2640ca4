"""The checks of the stack `main`, in order."""

from collections.abc import Callable, Iterator

from rehearsal.check_list import NotEnforceable, Work
from rehearsal.checks.main import names, running_application, runs, workflow
from rehearsal.main.edge import Edge

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
    yield "main canary: branch and pull request", workflow.check_branches
    yield "main canary: its service account gets the runtime policy", running_application.check_service_account
    yield "main canary: a database user works, and is dead after its end", running_application.check_user


def bound(checks: Iterator[tuple[str, Check]], edge: Edge) -> Iterator[tuple[str, Work]]:
    """Return *checks* as work on *edge*."""
    for name, check in checks:
        yield name, _work(check, edge)


def _work(check: Check, edge: Edge) -> Work:
    return lambda: check(edge)
