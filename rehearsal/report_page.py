"""The report of a rehearsal as the page for people."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ops.page.content import Bar, Content, Lane, Table, Verdict
from ops.page.of_plan import plan_of
from ops.page.render import render
from rehearsal.check_list import CheckResult
from rehearsal.report import Report

PHASES: Sequence[str] = ("hosts", "postgres on", "main")
"""How the names of the checks of each phase begin; all others are those of the first."""
FIRST = "postgres"


def report_page(report: Report) -> Content:
    """Return what the page says of *report*."""
    passed = sum(1 for check in report.checks if check.passed)
    words = "passed" if report.passed else f"failed: {', '.join(report.failed)}"
    return Content(
        title="Rehearsal",
        verdict=f"{words}. {passed} of {len(report.checks)} checks passed",
        good=report.passed,
        lanes=[*_phases(report.checks), *_hosts(report.layers)],
        plans=[
            plan_of(document, title=f"{stack}, {name}")
            for stack, runs in report.runs.items()
            for name, document in runs.items()
        ],
        verdicts=[_verdict(check) for check in report.checks],
        tables=[*_tables(report)],
    )


def write_page(report: Report, folder: Path) -> Path:
    """Write `report.html` into *folder* and return its path."""
    file = folder / "report.html"
    file.write_text(render(report_page(report)), encoding="utf-8")
    return file


def _phases(checks: Sequence[CheckResult]) -> Iterator[Lane]:
    by_phase: dict[str, list[Bar]] = {}
    for check in checks:
        phase = next((phase for phase in PHASES if check.name.startswith(phase)), FIRST)
        bar = Bar(name=check.name, began=check.began, seconds=check.seconds, failed=check.failed)
        if check.began:
            by_phase.setdefault("hosts" if phase == "postgres on" else phase, []).append(bar)
    for phase, bars in by_phase.items():
        yield Lane(name=phase, bars=bars)


def _hosts(layers: Mapping[str, Sequence[tuple[str, float]]]) -> Iterator[Lane]:
    """Return a lane for each host; a layer lasts from the end of the one before, waiting included."""
    begin = min((done for steps in layers.values() for _, done in steps), default=0.0)
    for host, steps in sorted(layers.items()):
        bars, last = [], begin
        for layer, done in sorted(steps, key=lambda step: step[1]):
            bars.append(Bar(name=layer, began=last, seconds=max(0.0, done - last)))
            last = done
        yield Lane(name=host, bars=bars)


def _verdict(check: CheckResult) -> Verdict:
    word = "not enforceable" if check.not_enforceable else "passed" if check.passed else "failed"
    text = check.message or check.not_enforceable or check.figures
    return Verdict(name=check.name, word=word, text=text, seconds=check.seconds)


def _tables(report: Report) -> Iterator[Table]:
    yield Table(
        title="Parity",
        columns=["part", "production", "stood here", "same"],
        rows=[[part.name, part.production, part.used, "yes" if part.same else "no"] for part in report.parts],
    )
    if report.not_watched:
        yield Table(
            title="Not watched by a refresh",
            columns=["changed by hand", "seen by"],
            rows=[[each.what, each.seen_by] for each in report.not_watched],
        )
