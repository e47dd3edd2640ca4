"""The embedded engine beside the official one, on programs of 82 to 8,002 resources: `python -m bench.engine`.

One run measures both, interleaved, on the same state folders. Without a `pulumi` on `PATH` only the embedded engine is
measured, and that is said. The provider answers at once, so what is measured is the SDK and the engine.
"""

import argparse
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.playground import Measured, Playground

_SIZES = (10, 100, 400, 1000)
_OFFICIAL_UP = 100
"""Up to this many applications the official engine's `up` is measured: it is quadratic (467 s for 400)."""


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--applications", type=int, nargs="+", default=list(_SIZES), metavar="N")
    parser.add_argument("--rounds", type=int, default=3, help="the median counts")
    given = parser.parse_args(arguments)
    official = shutil.which("pulumi") is not None
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}")
    if not official:
        _say("no `pulumi` on PATH: the embedded engine alone")
    _say("| resources | verb | embedded | official | ratio | per resource | memory |")
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    for applications in given.applications:
        _measure(applications, rounds=given.rounds, official=official)


def _measure(applications: int, *, rounds: int, official: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="factory-bench-") as folder:
        ours = Playground(Path(folder) / "embedded", applications=applications)
        first = ours.embedded("up")
        theirs = None
        if official and applications <= _OFFICIAL_UP:
            theirs = Playground(Path(folder) / "official", applications=applications).official("up")
        resources = sum(first.counts.values()) + 1
        _row(resources, "up", [first], [theirs] if theirs else [])
        previews = _interleaved(
            rounds, lambda: ours.embedded("preview"), (lambda: ours.official("preview")) if official else None
        )
        _row(resources, "preview, nothing to do", *previews)


def _interleaved(
    rounds: int, ours: Callable[[], Measured], theirs: Callable[[], Measured] | None
) -> tuple[list[Measured], list[Measured]]:
    mine: list[Measured] = []
    others: list[Measured] = []
    for _ in range(rounds):
        mine.append(ours())
        if theirs:
            others.append(theirs())
    return mine, others


def _row(resources: int, verb: str, ours: list[Measured], theirs: list[Measured]) -> None:
    mine = statistics.median(item.seconds for item in ours)
    other = statistics.median(item.seconds for item in theirs) if theirs else None
    cells = [
        f"{resources:,}",
        verb,
        f"{mine:.1f} s",
        f"{other:.1f} s" if other else "not measured",
        f"{mine / other:.2f}" if other else "",
        f"{mine / resources * 1000:.1f} ms",
        f"{max(item.mebibytes for item in ours):.0f} MiB",
    ]
    _say(f"| {' | '.join(cells)} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
