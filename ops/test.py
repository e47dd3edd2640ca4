"""Run the checks, all tests, and the rehearsal as the last step."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from rehearsal.debian import PackagesMissingError, ensure, needed_packages

ROOT = Path(__file__).resolve().parent.parent


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
    steps = {"check": ["ops", "check"]}
    if fast:
        steps |= {"tests": ["pytest", "-m", "not slow and not long"]}
    else:
        tests = ["pytest"] if long else ["pytest", "-m", "not long"]
        rehearse = ["ops", "rehearse", *(["--all-cuts"] if long else [])]
        steps |= {"parts": ["ops", "parts"], "tests": tests, "rehearse": rehearse}
    codes = {name: _run(name, arguments) for name, arguments in steps.items()}
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


def _run(name: str, arguments: Sequence[str]) -> int:
    """Run one step with its output going straight to the terminal and return its exit code."""
    typer.secho(f"\n== {name}", bold=True)
    started = time.monotonic()
    code = subprocess.run([sys.executable, "-P", "-m", *arguments], cwd=ROOT, check=False).returncode
    typer.echo(f"== {name}: {'failed' if code else 'passed'} in {time.monotonic() - started:.1f} s")
    return code
