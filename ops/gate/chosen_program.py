"""Which engine the gate works with."""

import os

import typer

from ops.cli.exit_code import ExitCode
from ops.engines import official
from ops.engines.options import PRODUCTION, EngineChoice
from provider.guard import TARGET_VARIABLE


def chosen_program(engine: EngineChoice, *, production: bool, verb: str, stack: str, quiet: bool) -> str | None:
    """Return the path of the official CLI, None for the embedded engine; from here on *production* may be reached.

    Raises:
        typer.Exit: the CLI is missing, or the embedded engine was to touch production.

    """
    found = official.program()
    chosen = engine if engine != "auto" else "pulumi" if found else "embedded"
    if not quiet:
        target = PRODUCTION if production else "no production"
        typer.secho(f"{verb} {stack} · {chosen} engine · target: {target}", bold=True)
    if chosen == "embedded":
        if production:
            typer.secho("error: the embedded engine never touches production; use --engine pulumi", fg="red", err=True)
            raise typer.Exit(ExitCode.NOT_SO)
        return None
    if found is None:
        typer.secho("error: expected `pulumi` on PATH; install it, or use --engine embedded", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING)
    if production:
        # The forge and the CLI's program ask for it by this name.
        os.environ[TARGET_VARIABLE] = PRODUCTION
    return found
