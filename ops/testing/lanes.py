"""Run groups of tests side by side: each in its own process, always the same tests in the same order."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer


def run_lanes(lanes: Mapping[str, Sequence[str]], *, inside: Path) -> int:
    """Run pytest once for each of *lanes* (name → its arguments) at the same time and return the worst exit code.

    The first lane goes straight to the terminal; what the others say is kept and printed after it, lane by lane, so
    that no line stands between two others. An interruption ends them all.
    """
    names = [*lanes]
    with tempfile.TemporaryDirectory(prefix="factory-lanes-") as folder:
        kept = {name: Path(folder) / f"{place}.log" for place, name in enumerate(names[1:])}
        started: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name in names:
                started[name] = _start(lanes[name], kept.get(name), inside=inside)
            codes = {name: process.wait() for name, process in started.items()}
        finally:
            for process in started.values():
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            for name, log in kept.items():
                typer.secho(f"\n-- {name}", bold=True)
                typer.echo(log.read_text(errors="replace"))
    for name, code in codes.items():
        typer.echo(f"-- {name}: {'failed' if code else 'passed'}")
    return max(abs(code) for code in codes.values())


def _start(arguments: Sequence[str], log: Path | None, *, inside: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "pytest", *arguments]
    if log is None:
        return subprocess.Popen(command, cwd=inside)
    with log.open("wb") as written:
        return subprocess.Popen(command, cwd=inside, stdout=written, stderr=subprocess.STDOUT)
