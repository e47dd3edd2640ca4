"""Let one disaster happen, type its runbook, compare."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.runbook.read_page import RefusedPageError, read_page
from rehearsal.check_list import REFUSALS, CheckFailedError
from rehearsal.drills.drill import Drill
from rehearsal.drills.drill_result import DrillResult, TypedCommand
from rehearsal.drills.place import Place
from rehearsal.lab import expect

LAST_LINES = 20


def run_drill(drill: Drill, place: Place, *, pages: Path) -> DrillResult:
    """Return how *drill* ended at *place*; its commands are those of its page in *pages* and no others."""
    typed: list[TypedCommand] = []
    struck = time.monotonic()
    try:
        # Read before anything is lost: a page without commands proves nothing.
        commands = [command.text for command in read_page(pages / drill.page)]
        expect(commands, f"{drill.page}: expected commands in `sh` blocks, found none")
        story = drill.begin(place)
        story.write()
        struck = time.monotonic()
        story.strike()
        names = story.names
        if drill.assessed:
            _assess(drill, place)
        _type(commands, typed, place=place, names=names)
        rto = time.monotonic() - struck
        found = story.compare()
    except (CheckFailedError, OSError, RefusedPageError, *REFUSALS) as error:
        fault = str(error) if isinstance(error, CheckFailedError) else f"{type(error).__name__}: {error}"
        return DrillResult(
            name=drill.name, passed=False, rto_seconds=round(time.monotonic() - struck, 1), rpo_seconds=None,
            compared="", commands=tuple(typed), fault=fault,
        )  # fmt: skip
    return DrillResult(
        name=drill.name, passed=found.same, rto_seconds=round(rto, 1), rpo_seconds=round(found.lost_seconds, 1),
        compared=found.found, commands=tuple(typed), fault="" if found.same else f"the data differ: {found.found}",
    )  # fmt: skip


def _assess(drill: Drill, place: Place) -> None:
    done = place.run("./factory recover assess --json")
    said = done.stdout if done.stdout.strip() else "[]"
    pages = [Path(str(each["page"])).name for each in json.loads(said)]
    expect(drill.page in pages, f"recover assess: expected {drill.page}, found {pages}:\n{done.stderr[-800:]}")


def _type(commands: Sequence[str], typed: list[TypedCommand], *, place: Place, names: Mapping[str, str]) -> None:
    for command in commands:
        begun = time.monotonic()
        try:
            done = place.run(place.as_here(command, names))
        except subprocess.TimeoutExpired as late:
            raise CheckFailedError(f"`{command}` did not end within {late.timeout:.0f} s") from late
        typed.append(TypedCommand(command=command, seconds=round(time.monotonic() - begun, 1), code=done.returncode))
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
            raise CheckFailedError(f"`{command}` of the runbook ended with {done.returncode}:\n{said}")
