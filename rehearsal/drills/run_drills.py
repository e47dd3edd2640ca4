"""Run drills one after the other, each on a ground of its own."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from rehearsal.check_list import REFUSALS, CheckFailedError
from rehearsal.drills.drill import Drill
from rehearsal.drills.drill_result import DrillResult
from rehearsal.drills.grounds import ground_of
from rehearsal.drills.run_drill import run_drill
from rehearsal.show import Show


def run_drills(drills: Sequence[Drill], folder: Path, *, pages: Path, show: Show) -> list[DrillResult]:
    """Return how each of *drills* ended; what one destroyed no other finds."""
    results = []
    for drill in drills:
        show.begin(drill.name)
        own = folder / drill.name
        own.mkdir(mode=0o711)
        try:
            with contextlib.ExitStack() as stack:
                place = stack.enter_context(ground_of(drill, own, show=show))
                result = run_drill(drill, place, pages=pages)
        except (CheckFailedError, *REFUSALS) as error:
            result = DrillResult(
                name=drill.name, passed=False, rto_seconds=0.0, rpo_seconds=None, compared="", commands=(),
                fault=f"the machines did not come up: {error}",
            )  # fmt: skip
        results.append(result)
        show.end(drill.name, passed=result.passed, seconds=result.rto_seconds, message=result.fault or result.compared)
    return results
