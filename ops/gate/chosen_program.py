"""Which engine the gate works with."""

from pathlib import Path

import typer

from ops.cli.exit_code import ExitCode
from ops.engines import official
from ops.engines.options import EngineChoice
from ops.engines.refuse_backend import refuse_backend
from ops.target import first_line
from provider.guard import ProductionRefusedError


def chosen_program(  # noqa: PLR0913  # what a run is told about itself
    engine: EngineChoice, folder: Path, *, production: bool, verb: str, stack: str, quiet: bool
) -> str | None:
    """Return the path of the official CLI, None for the embedded engine.

    Raises:
        typer.Exit: the CLI is missing or would work on the state of production without having been asked to, or the
            embedded engine was to touch production.

    """
    found = official.program()
    chosen = engine if engine != "auto" else "pulumi" if found else "embedded"
    if not quiet:
        typer.secho(first_line(f"{verb} {stack} · {chosen} engine", production=production), bold=True)
    if chosen == "embedded":
        if production:
            typer.secho("error: the embedded engine never touches production; use --engine pulumi", fg="red", err=True)
            raise typer.Exit(ExitCode.NOT_SO)
        return None
    if found is None:
        typer.secho("error: expected `pulumi` on PATH; install it, or use --engine embedded", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING)
    try:
        refuse_backend(folder)
    except ProductionRefusedError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    return found
