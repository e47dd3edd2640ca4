"""Run the checks, all tests, and the rehearsal as the last step."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.testing.lanes import run_lanes
from rehearsal.debian import PackagesMissingError, ensure, needed_packages

ROOT = Path(__file__).resolve().parent.parent
ON_MACHINES = ("tests/hosts", "tests/rehearsal/hosts", "tests/rehearsal/machines")


def test(
    *,
    fast: Annotated[
        bool,
        typer.Option("--fast", help="Leave out the tests marked slow and the rehearsal."),
    ] = False,  # noqa: PT028 - a verb of that name, no test function
    long: Annotated[
        bool,
        typer.Option("--long", help="With the tests marked long, and cuts in every layer of the machines."),
    ] = False,  # noqa: PT028 - a verb of that name, no test function
) -> None:
    """Run the checks, all tests, and the rehearsal as the last step.

    What tests and rehearsal are made of is built before them, so that each figure is its own. Every step runs, also
    after one has failed. As root on Debian the packages that the tests need are installed first.

    Example: `./factory test`, `./factory test --fast` while working, `./factory test --long` before a release.
    """
    if fast and long:
        raise typer.BadParameter("expected --fast or --long, found both")
    if not fast:
        _provide_packages()
    steps: dict[str, Callable[[], int]] = {"check": lambda: _module("ops", "check")}
    if fast:
        steps |= {"tests": lambda: _module("pytest", "-m", "not slow and not long")}
    else:
        steps |= {
            "parts": lambda: _module("ops", "parts"),
            "tests": lambda: run_lanes(_lanes([] if long else ["-m", "not long"]), inside=ROOT),
            "rehearse": lambda: _module("ops", "rehearse", *(["--all-cuts"] if long else [])),
        }
    codes = {name: _run(name, work) for name, work in steps.items()}
    failed = [name for name, code in codes.items() if code]
    typer.echo(f"\nfailed: {', '.join(failed)}" if failed else f"\npassed: {', '.join(codes)}")
    if ExitCode.LACKING in codes.values():
        raise typer.Exit(ExitCode.LACKING)
    if failed:
        raise typer.Exit(ExitCode.NOT_SO)


def _provide_packages() -> None:
    try:
        installed = ensure(needed_packages())
    except PackagesMissingError as problem:
        typer.echo(f"factory: {problem}", err=True)
        raise typer.Exit(ExitCode.LACKING) from problem
    if installed:
        typer.echo(f"installed: {', '.join(installed)}")


def _lanes(chosen: Sequence[str]) -> dict[str, list[str]]:
    """Return the tests in two lanes: those on machines mostly wait for them, so the others run meanwhile."""
    return {
        "all other tests": [*chosen, *(f"--ignore={folder}" for folder in ON_MACHINES)],
        "tests on machines": [*chosen, *ON_MACHINES],
    }


def _module(*arguments: str) -> int:
    """Run a module of Python with its output going straight to the terminal and return its exit code."""
    return subprocess.run([sys.executable, "-P", "-m", *arguments], cwd=ROOT, check=False).returncode


def _run(name: str, work: Callable[[], int]) -> int:
    """Run one step and return its exit code."""
    typer.secho(f"\n== {name}", bold=True)
    started = time.monotonic()
    code = work()
    typer.echo(f"== {name}: {'failed' if code else 'passed'} in {time.monotonic() - started:.1f} s")
    return code
