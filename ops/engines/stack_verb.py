"""What preview, up, refresh and destroy have in common: choose the engine, ask before a change, run."""

import dataclasses
import subprocess
import sys

import typer

from ops.cli.exit_code import ExitCode
from ops.engines import official
from ops.engines.options import EngineChoice, StackRun
from ops.engines.refuse_backend import refuse_backend
from ops.target import first_line
from provider.guard import ProductionRefusedError


def run_verb(order: StackRun, *, engine: EngineChoice, production: bool) -> None:
    """Run *order* with *engine* and leave with its exit code.

    Raises:
        typer.Exit: always, with the code.

    """
    chosen = engine if engine != "auto" else "pulumi" if official.program() else "embedded"
    if not order.as_json:
        run = f"{order.verb} {order.stack} · {chosen} engine"
        typer.secho(first_line(run, production=production), bold=True)
    _refuse(order, official_engine=chosen == "pulumi")
    if chosen == "pulumi":
        raise typer.Exit(_alone(order) if order.changes else official.run(order))
    if production:
        typer.secho("error: the embedded engine never touches production; use --engine pulumi", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO)
    if order.changes and not order.yes:
        _ask(order)
    from ops.engines import embedded  # noqa: PLC0415  # half a second of imports that the official engine does not need

    raise typer.Exit(embedded.run(order))


def _alone(order: StackRun) -> ExitCode:
    """Run *order* with the official CLI, which locks a state in a bucket too weakly."""
    from engine.project import ProjectError  # noqa: PLC0415 - slow to import, and rarely needed here
    from ops.gate.refused_error import RefusedError  # noqa: PLC0415 - the same
    from ops.state_bucket.state_guard import state_guard  # noqa: PLC0415 - the same
    from provider.factory_error import FactoryError  # noqa: PLC0415 - the same

    try:
        with state_guard(order.folder, order.stack) as guard:
            code = official.run(order)
            guard.require_alone()
    except ProjectError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        return ExitCode.LACKING
    except (RefusedError, FactoryError) as error:
        typer.secho(f"refused: {error}", fg="red", err=True)
        return ExitCode.NOT_SO
    return code


def _refuse(order: StackRun, *, official_engine: bool) -> None:
    """End a run that would reach production without having named it, where no program could refuse it."""
    try:
        if official_engine:
            refuse_backend(order.folder)
        if order.verb in ("refresh", "destroy"):
            from ops.engines.refuse_settings import refuse_settings  # noqa: PLC0415  # the models take a while to load

            refuse_settings(order.folder, order.stack)
    except ProductionRefusedError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error


def _ask(order: StackRun) -> None:
    """Show the plan in a process of its own (the SDK allows one run per process) and ask.

    Raises:
        typer.Exit: the preview failed, the answer is no, or nobody can be asked.

    """
    if not sys.stdin.isatty():
        typer.secho("error: expected --yes, since nobody can be asked here", fg="red", err=True)
        raise typer.Exit(ExitCode.WRONG_USE)
    look = dataclasses.replace(order, verb="preview" if order.verb == "up" else order.verb, preview_only=True)
    command = [sys.executable, "-P", "-m", "ops", look.verb, look.stack, "--engine", "embedded"]
    command += ["--cwd", str(look.folder), "--parallel", str(look.parallel)]
    command += ["--preview-only"] if look.verb != "preview" else []
    command += ["--refresh"] if look.refresh and look.verb != "refresh" else []
    command += ["--diff"] if look.diff else []
    for urn in look.targets:
        command += ["--target", urn]
    if subprocess.run(command, check=False).returncode:
        raise typer.Exit(ExitCode.NOT_SO)
    if not typer.confirm(f"{order.verb} {order.stack}: do it?"):
        raise typer.Exit(ExitCode.NOT_SO)
