"""The stack `postgres` with the lab's applications, 50, 200 and 500: `python -m bench.postgres`.

A real PostgreSQL and a real PgBouncer on this machine; first `up`, then previews with nothing to do.
"""

import argparse
import platform
import resource
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from rehearsal.bring_up import CHECKOUT, Wishes, bring_up
from rehearsal.servers.own_folder import PREFIX
from rehearsal.stack_files import production_settings, rehearsal_settings, write_stack_files
from rehearsal.stack_runner import StackRunner

_SIZES = (0, 50, 200, 500)
"""Number of applications; 0 stands for the lab's own list."""


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.postgres", description=__doc__)
    parser.add_argument("--applications", type=int, nargs="+", default=list(_SIZES), metavar="N")
    parser.add_argument("--rounds", type=int, default=3, help="previews; the median counts")
    parser.add_argument("--engine", choices=["embedded", "pulumi"], default="embedded")
    parser.add_argument("--providers", choices=["auto", "standin", "official"], default="standin")
    given = parser.parse_args(arguments)
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}, {given.engine}")
    _say("| applications | resources | first up | preview, nothing to do | preview per resource | peak memory |")
    _say("| --- | --- | --- | --- | --- | --- |")
    for applications in given.applications:
        folder = Path(tempfile.gettempdir()) / f"{PREFIX}{secrets.token_hex(6)}"
        folder.mkdir(mode=0o711)
        try:
            _measure(folder, applications, rounds=given.rounds, engine=given.engine, providers=given.providers)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measure(
    folder: Path,
    applications: int,
    *,
    rounds: int,
    engine: Literal["embedded", "pulumi"],
    providers: Literal["auto", "standin", "official"],
) -> None:
    with bring_up(folder, Wishes(engine=engine, providers=providers), say=lambda _: None) as lab:
        settings = rehearsal_settings(production_settings(CHECKOUT), host=lab.bouncer.host, port=lab.bouncer.port)
        if applications:
            names: list[JsonValue] = [{"name": f"app{number:03}"} for number in range(applications)]
            plugins = {name: found.path for name, found in lab.plugins.items()}
            chosen = {**settings, "applications": names}
            write_stack_files(lab.stack.folder, stack="postgres", program=CHECKOUT, settings=chosen, plugins=plugins)
        first, created = _run(lab.stack, "up")
        previews = [_run(lab.stack, "preview")[0] for _ in range(rounds)]
    preview = statistics.median(previews)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    label = str(applications) if applications else "the lab's"
    cost = preview / created * 1000
    _say(f"| {label} | {created:,} | {first:.1f} s | {preview:.2f} s | {cost:.1f} ms | {peak:.0f} MiB |")


def _run(stack: StackRunner, verb: Literal["up", "preview"]) -> tuple[float, int]:
    """Return wall seconds, program start included, and the number of resources."""
    started = time.monotonic()
    document = stack.run(verb)
    seconds = time.monotonic() - started
    if document.result != "succeeded":
        raise RuntimeError(f"{verb}: {[item.message for item in document.diagnostics]}")
    return seconds, sum(document.counts.values())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
