"""What a rehearsal leaves to read: one document for programs, one for people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.official.event_log import Document
from rehearsal.check_list import CheckResult
from rehearsal.parity import PartUsed

WHOLE = "all, side by side"
"""Name of the phase that is the whole rehearsal."""
COUNTED = {"created": "create", "updated": "update", "replaced": "replace", "deleted": "delete"}


@dataclass(frozen=True, kw_only=True)
class NotWatched:
    """A change by hand that no resource shows."""

    what: str
    """What is changed."""
    seen_by: str
    """What sees it instead."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All of it."""

    checks: Sequence[CheckResult]
    """The checks in order."""
    parts: Sequence[PartUsed]
    """The parity table."""
    runs: Mapping[str, Mapping[str, Document]]
    """Stack → `first`, `second` → what the engine did."""
    layers: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    """Host → its layers, and when each was first done, in seconds since the epoch."""
    not_watched: Sequence[NotWatched] = ()
    """What a refresh does not show, each tried by hand in this rehearsal."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    """Phase → how long it took; phases of different sides run at the same time."""

    @property
    def whole_seconds(self) -> float:
        """How long somebody waited for it; without phases its checks one after the other."""
        return self.seconds.get(WHOLE) or sum(check.seconds for check in self.checks)

    @property
    def passed(self) -> bool:
        """Whether no check failed, and there were some."""
        return bool(self.checks) and not any(check.failed for check in self.checks)

    @property
    def failed(self) -> list[str]:
        """Names of the checks that failed."""
        return [check.name for check in self.checks if check.failed]

    def document(self) -> dict[str, object]:
        """Return the report for programs."""
        document: dict[str, object] = {
            "verdict": "passed" if self.passed else "failed",
            "stacks": {stack: {name: counts(run) for name, run in runs.items()} for stack, runs in self.runs.items()},
            "checks": [
                {"name": check.name, "passed": check.passed, "seconds": check.seconds}
                | ({"message": check.message} if check.failed else {})
                | ({"figures": check.figures} if check.figures else {})
                | ({"not_enforceable": check.not_enforceable} if check.not_enforceable else {})
                for check in self.checks
            ],
            "parts": [
                {"name": part.name, "production": part.production, "used": part.used, "same": part.same}
                for part in self.parts
            ],
        }
        if self.seconds:
            document["seconds"] = {phase: round(seconds, 1) for phase, seconds in self.seconds.items()}
        if self.not_watched:
            document["not_watched"] = [{"what": each.what, "seen_by": each.seen_by} for each in self.not_watched]
        return document

    def text(self) -> str:
        """Return the report for people, as Markdown."""
        lines = ["# Rehearsal", "", f"**{'passed' if self.passed else 'failed'}**"]
        lines += [f"\nNot passed: {', '.join(self.failed)}"] if self.failed else []
        for stack, runs in self.runs.items():
            lines += ["", f"## Stack `{stack}`", "", "| run | created | updated | replaced | deleted | seconds |"]
            lines += ["| --- | --- | --- | --- | --- | --- |"]
            for name, run in runs.items():
                figures = " | ".join(str(number) for number in counts(run).values())
                lines.append(f"| {name} | {figures} | {run.seconds:.1f} |")
        if self.seconds:
            told = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in self.seconds.items())
            lines += ["", f"Phases: {told}"]
        lines += ["", "## Checks", "", "| check | passed | seconds |", "| --- | --- | --- |"]
        lines += [f"| {check.name} | {_passed(check)} | {check.seconds:.2f} |" for check in self.checks]
        lines += [f"\n{check.name}: {check.figures}" for check in self.checks if check.figures]
        lines += [f"\n{check.name}: {check.not_enforceable}" for check in self.checks if check.not_enforceable]
        for check in self.checks:
            lines += ["", f"### {check.name}", "", "```", check.message, "```"] if check.failed else []
        lines += ["", "## Parity", "", "| part | production | stood here | same |", "| --- | --- | --- | --- |"]
        lines += [f"| {part.name} | {part.production} | {part.used} | {_word(yes=part.same)} |" for part in self.parts]
        if self.not_watched:
            lines += ["", "## Not watched by a refresh", "", "| changed by hand | seen by |", "| --- | --- |"]
            lines += [f"| {each.what} | {each.seen_by} |" for each in self.not_watched]
        return "\n".join(lines) + "\n"

    def write(self, folder: Path) -> None:
        """Write `report.json` and `report.md` into *folder*."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(self.document(), indent=2) + "\n", encoding="utf-8")
        (folder / "report.md").write_text(self.text(), encoding="utf-8")


def counts(run: Document) -> dict[str, int]:
    """Return how many resources *run* created, updated, replaced and deleted."""
    return {name: run.counts.get(op, 0) for name, op in COUNTED.items()}


def _passed(check: CheckResult) -> str:
    return "**not enforceable**" if check.not_enforceable else _word(yes=check.passed)


def _word(*, yes: bool) -> str:
    return "yes" if yes else "**no**"
