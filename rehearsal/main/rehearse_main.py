"""The checks of the stack `main`, in order."""

from collections.abc import Callable, Iterator

from rehearsal.check_list import Work
from rehearsal.checks.main import runs
from rehearsal.main.edge import Edge

Check = Callable[[Edge], str | None]


def essential_checks() -> Iterator[tuple[str, Check]]:
    """Return those without which nothing that follows can be looked at."""
    yield "main: preview", runs.check_preview
    yield "main: first up", runs.check_first_run


def following_checks() -> Iterator[tuple[str, Check]]:
    """Return the checks of an edge that was brought up."""
    yield "main: second up changes nothing", runs.check_second_run
    yield "main: every server, asked again, is as declared", runs.check_asked_again


def bound(checks: Iterator[tuple[str, Check]], edge: Edge) -> Iterator[tuple[str, Work]]:
    """Return *checks* as work on *edge*."""
    for name, check in checks:
        yield name, _work(check, edge)


def _work(check: Check, edge: Edge) -> Work:
    return lambda: check(edge)
