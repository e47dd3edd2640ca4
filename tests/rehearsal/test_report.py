"""The report, from plain values."""

import io
import json
from pathlib import Path

from rich.console import Console

from ops.official.event_log import Document, EngineName
from rehearsal.check_list import CheckFailedError, CheckList, CheckResult, NotEnforceable
from rehearsal.parity import PartUsed
from rehearsal.print_report import print_report
from rehearsal.report import WHOLE, NotWatched, Report
from rehearsal.servers.server_process import ServerError
from rehearsal.show import Show


def _run(**counts: int) -> Document:
    return Document(
        engine=EngineName(name="embedded", version="1"), project="factory", stack="postgres", verb="up",
        result="succeeded", steps=[], counts=counts, diagnostics=[], outputs={}, seconds=1.25,
    )  # fmt: skip


def _report(*checks: CheckResult) -> Report:
    return Report(
        checks=checks,
        parts=[PartUsed(name="PgBouncer", production=">= 1.24.1", used="1.18.0 (Debian)", same=False)],
        runs={"postgres": {"first": _run(create=3, same=1), "second": _run(same=4)}},
    )


GOOD = CheckResult(name="preview", passed=True, seconds=1.5)
BAD = CheckResult(name="canary", passed=False, seconds=0.25, message="expected this, found that")
OPEN = CheckResult(name="branch", passed=False, seconds=0.5, not_enforceable="the token names no branch")


def test_document_of_a_passed_rehearsal() -> None:
    """The document has the verdict, the counts of both runs, the checks and the parts."""
    assert _report(GOOD).document() == {
        "verdict": "passed",
        "stacks": {
            "postgres": {
                "first": {"created": 3, "updated": 0, "replaced": 0, "deleted": 0},
                "second": {"created": 0, "updated": 0, "replaced": 0, "deleted": 0},
            }
        },
        "checks": [{"name": "preview", "passed": True, "seconds": 1.5}],
        "parts": [{"name": "PgBouncer", "production": ">= 1.24.1", "used": "1.18.0 (Debian)", "same": False}],
    }


def test_one_failed_check_fails_the_rehearsal() -> None:
    """The verdict is failed and the failed check says why."""
    document = _report(GOOD, BAD).document()

    assert document["verdict"] == "failed"
    assert document["checks"] == [
        {"name": "preview", "passed": True, "seconds": 1.5},
        {"name": "canary", "passed": False, "seconds": 0.25, "message": "expected this, found that"},
    ]


def test_what_is_not_enforceable_neither_passes_nor_fails(tmp_path: Path) -> None:
    """It is said in both reports and on the terminal, it does not count as passed, and the verdict stands."""
    output = io.StringIO()
    report = _report(GOOD, OPEN)

    print_report(report, console=Console(file=output, width=100))
    report.write(tmp_path)

    assert report.document()["verdict"] == "passed"
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["checks"][1] == {
        "name": "branch", "passed": False, "seconds": 0.5, "not_enforceable": "the token names no branch"
    }  # fmt: skip
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| branch | **not enforceable** | 0.50 |" in text
    assert "branch: the token names no branch" in text
    assert output.getvalue().splitlines()[-1] == "passed: 1 checks, 1 not enforceable in 2 s"


def test_no_check_at_all_is_no_success() -> None:
    """A rehearsal that checked nothing has not passed."""
    assert _report().document()["verdict"] == "failed"


def test_readable_report_names_what_failed(tmp_path: Path) -> None:
    """Both files are written; the readable one has the check, its reason and the parity table."""
    _report(GOOD, BAD).write(tmp_path / "new")

    text = (tmp_path / "new" / "report.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))["verdict"] == "failed"
    assert "Not passed: canary" in text
    assert "expected this, found that" in text
    assert "| PgBouncer | >= 1.24.1 | 1.18.0 (Debian) | **no** |" in text


def test_what_no_refresh_shows_has_a_table(tmp_path: Path) -> None:
    """Both files list the changes by hand that no resource shows, and what sees them instead."""
    blind = NotWatched(what="another password", seen_by="a login")
    report = Report(checks=[GOOD], parts=[], runs={}, not_watched=[blind])

    report.write(tmp_path)

    assert report.document()["not_watched"] == [{"what": "another password", "seen_by": "a login"}]
    assert "| another password | a login |" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_phases_have_their_seconds(tmp_path: Path) -> None:
    """Both files tell how long each phase took."""
    report = Report(checks=[GOOD], parts=[], runs={}, seconds={"main": 104.26, "machines": 364.0})

    report.write(tmp_path)

    assert report.document()["seconds"] == {"main": 104.3, "machines": 364.0}
    assert "\nPhases: main 104 s, machines 364 s\n" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_terminal_names_what_failed() -> None:
    """The last lines on the terminal are the checks that failed."""
    output = io.StringIO()

    print_report(_report(GOOD, BAD), console=Console(file=output, width=100))

    assert output.getvalue().splitlines()[-2:] == ["FAILED: 1 of 2 checks", "  canary"]


def test_terminal_tells_how_long_one_waits() -> None:
    """Sides that run at the same time are not added up."""
    output = io.StringIO()
    report = Report(checks=[GOOD, GOOD], parts=[], runs={}, seconds={"gate": 34.0, WHOLE: 462.4})

    print_report(report, console=Console(file=output, width=100))

    assert output.getvalue().splitlines()[-1] == "passed: 2 checks in 462 s"


def test_checks_are_run_in_order_and_none_stops_the_others() -> None:
    """A failed expectation and an error of a server both fail their check, with their words."""

    def fail() -> None:
        raise CheckFailedError("expected a, found b")

    def die() -> None:
        raise ServerError("gone")

    output = io.StringIO()
    checks = CheckList(Show(4, console=Console(file=output, width=100)))

    answers = [checks.run("good", lambda: None), checks.run("bad", fail), checks.run("dead", die)]
    checks.skip("never", because="dead")

    assert answers == [True, False, False]
    assert [(each.name, each.passed, each.message) for each in checks.results] == [
        ("good", True, ""),
        ("bad", False, "expected a, found b"),
        ("dead", False, "ServerError: gone"),
        ("never", False, "not run, because this failed: dead"),
    ]
    assert "FAILED bad" in output.getvalue()
    assert not checks.passed


def test_nothing_runs_after_an_essential_check_failed() -> None:
    """What needs the failed check is not run and has not passed; figures of a check stand with it."""
    ran: list[str] = []

    def measure() -> str:
        ran.append("measured")
        return "1.5 s"

    def fail() -> None:
        raise CheckFailedError("expected a, found b")

    checks = CheckList(Show(4, console=Console(file=io.StringIO(), width=100)))

    checks.run_all([("first", measure), ("second", fail), ("third", measure)], [("fourth", measure)])

    assert ran == ["measured"]
    assert [(each.name, each.passed, each.figures) for each in checks.results] == [
        ("first", True, "1.5 s"),
        ("second", False, ""),
        ("third", False, ""),
        ("fourth", False, ""),
    ]


def test_a_check_may_find_that_something_is_not_enforceable() -> None:
    """Its reason is kept and shown, and what needs the check runs all the same."""
    output = io.StringIO()
    checks = CheckList(Show(2, console=Console(file=output, width=100)))

    checks.run_all([("branch", lambda: NotEnforceable(reason="no claim"))], [("next", lambda: None)])

    assert [(each.passed, each.failed, each.not_enforceable) for each in checks.results] == [
        (False, False, "no claim"),
        (True, False, ""),
    ]
    assert "not enforceable branch (0.0 s)\n       no claim\n" in output.getvalue()
    assert checks.passed


def test_plain_lines_without_a_terminal() -> None:
    """Without a terminal there are lines only, no control characters."""
    output = io.StringIO()

    with Show(1, console=Console(file=output, width=100)) as show:
        CheckList(show).run("preview", lambda: None)

    assert output.getvalue().splitlines() == ["…      preview", "passed preview (0.0 s)"]
