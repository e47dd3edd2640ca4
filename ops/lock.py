"""Resolve pyproject.toml into the two requirement files."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.lockfile.resolve import ResolveError, resolve

ROOT = Path(__file__).resolve().parent.parent


def lock(
    *,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="Also move the packages that others bring along.")] = False,
) -> None:
    """Resolve pyproject.toml into the two requirement files.

    Versions and hashes for every platform are written; the package index is the one pip is configured with.

    Example: change a version in pyproject.toml, then `./factory lock`.
    """
    try:
        changed = resolve(ROOT, upgrade=upgrade)
    except ResolveError as problem:
        typer.echo(f"factory: {problem}", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from problem
    typer.echo(f"changed: {', '.join(changed)}" if changed else "nothing changed")
