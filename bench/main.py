"""The stacks `postgres` and `main` with the lab's applications, 50 and 500: `python -m bench.main`.

Real PostgreSQL, PgBouncer, Vault and Gitea on this machine; first `up`, then previews with nothing to do, in turn with
OpenTofu's plan of as many `terraform_data` objects, which is its own cost alone: no provider, no server.
"""

import argparse
import contextlib
import json
import platform
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from rehearsal.bring_up import CHECKOUT, Wishes, bring_up
from rehearsal.lab import Lab
from rehearsal.main.bring_up import bring_up_main
from rehearsal.main.edge import Edge
from rehearsal.part import find_part
from rehearsal.parts import OPENTOFU
from rehearsal.servers.own_folder import PREFIX
from rehearsal.stack_files import rehearsal_settings, write_stack_files
from rehearsal.stack_runner import StackRunner

_SIZES = (0, 50, 500)
"""Number of applications; 0 stands for the lab's own list."""
_PACKAGES = ("pulumi", "pulumi_vault", "pulumi_cloudflare", "pulumi_ovh", "pulumi_gcp")
_QUIET: Callable[[str], None] = lambda _: None  # noqa: E731 - nobody listens


def main(arguments: Sequence[str]) -> None:
    """Measure and print two tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.main", description=__doc__)
    parser.add_argument("--applications", type=int, nargs="+", default=list(_SIZES), metavar="N")
    parser.add_argument("--rounds", type=int, default=3, help="previews of each; the median counts")
    given = parser.parse_args(arguments)
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}")
    _say("| package | seconds to import | MiB |\n| --- | --- | --- |")
    for package in _PACKAGES:
        seconds, size = _imported(package)
        _say(f"| `{package}` | {seconds:.2f} | {size:.0f} |")
    tofu = find_part(OPENTOFU).path
    _say("\n| applications | stack | resources | first up | preview, nothing to do | per resource | OpenTofu's plan |")
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    for applications in given.applications:
        with _folder() as folder, bring_up(folder, Wishes(providers="standin", engine="embedded"), say=_QUIET) as lab:
            _measure(folder, lab, applications, rounds=given.rounds, tofu=tofu)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _say(f"\nLargest process: {peak:.0f} MiB")


def _measure(folder: Path, lab: Lab, applications: int, *, rounds: int, tofu: Path) -> None:
    called = [f"app{number:03}" for number in range(applications)]
    names: list[JsonValue] = [{"name": name} for name in called]
    label = str(applications) if applications else "the lab's"
    if applications:
        settings = rehearsal_settings(
            lab.settings.model_dump(mode="json"), host=lab.bouncer.host, port=lab.bouncer.port
        )
        _choose(lab.stack, lab, "postgres", {**settings, "applications": names})
    _row(label, lab.stack, rounds=rounds, tofu=tofu)
    with bring_up_main(folder, Wishes(providers="standin", engine="embedded"), lab, say=_QUIET) as edge:
        if applications:
            _repositories(edge, called)
            _choose(edge.stack, edge, "main", {**edge.settings.model_dump(mode="json"), "applications": names})
        _row(label, edge.stack, rounds=rounds, tofu=tofu)


def _repositories(edge: Edge, names: Sequence[str]) -> None:
    """Make what is there before this stack comes."""
    with edge.gitea.client() as client:
        for name in names:
            client.post(f"/orgs/{edge.settings.org}/repos", json={"name": name, "private": True}).raise_for_status()


def _choose(stack: StackRunner, place: Lab | Edge, name: str, settings: dict[str, JsonValue]) -> None:
    found = {**place.lab.plugins, **place.plugins} if isinstance(place, Edge) else place.plugins
    plugins = {plugin: part.path for plugin, part in found.items()}
    write_stack_files(stack.folder, stack=name, program=CHECKOUT, settings=settings, plugins=plugins)


def _row(label: str, stack: StackRunner, *, rounds: int, tofu: Path) -> None:
    name = stack.stack
    first, created = _run(stack, "up")
    ours: list[float] = []
    theirs: list[float] = []
    with _objects(tofu, stack.folder / f"tofu-{name}", created) as plan:
        for _ in range(rounds):
            ours.append(_run(stack, "preview")[0])
            theirs.append(plan())
    preview, other = statistics.median(ours), statistics.median(theirs)
    cost = preview / created * 1000
    _say(f"| {label} | `{name}` | {created:,} | {first:.1f} s | {preview:.2f} s | {cost:.1f} ms | {other:.2f} s |")


def _run(stack: StackRunner, verb: Literal["up", "preview"]) -> tuple[float, int]:
    """Return wall seconds, program start included, and the number of resources."""
    started = time.monotonic()
    document = stack.run(verb)
    seconds = time.monotonic() - started
    if document.result != "succeeded":
        raise RuntimeError(f"{verb}: {[item.message for item in document.diagnostics]}")
    return seconds, sum(document.counts.values())


@contextlib.contextmanager
def _objects(tofu: Path, folder: Path, number: int) -> Iterator[Callable[[], float]]:
    """Apply *number* objects with OpenTofu; give what measures a plan with nothing to do."""
    folder.mkdir()
    objects = {f"object{each}": {"input": {"name": f"object{each}", "of": "the bench"}} for each in range(number)}
    (folder / "main.tf.json").write_text(json.dumps({"resource": {"terraform_data": objects}}), encoding="utf-8")

    def run(*words: str) -> float:
        started = time.monotonic()
        subprocess.run([tofu, *words, "-no-color"], cwd=folder, check=True, capture_output=True)
        return time.monotonic() - started

    run("init")
    run("apply", "-auto-approve")
    yield lambda: run("plan", "-detailed-exitcode")


def _imported(package: str) -> tuple[float, float]:
    """Return the seconds and the memory that importing *package* costs in a fresh interpreter."""
    script = (
        f"import resource, time; started = time.monotonic(); import {package}; "
        "print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    command = [sys.executable, "-P", "-W", "ignore", "-c", script]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    seconds, size = min((float(run[0]), float(run[1])) for run in runs)
    return seconds, size


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.gettempdir()) / f"{PREFIX}{secrets.token_hex(6)}"
    folder.mkdir(mode=0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
