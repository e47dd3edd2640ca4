"""Runs a verb with the official CLI, which stays in charge of its own terminal."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import StackRun
from ops.official.event_log import document


def program() -> str | None:
    """Return the path of the official CLI, None where there is none."""
    return shutil.which("pulumi")


def run(order: StackRun) -> ExitCode:
    """Run *order*; with `--json` the CLI's event log becomes the document that both engines share."""
    found = program()
    if found is None:
        typer.echo("factory: expected `pulumi` on PATH; install it, or use --engine embedded", err=True)
        return ExitCode.LACKING
    command = [found, order.verb, "--stack", order.stack, "--cwd", str(order.folder)]
    command += ["--parallel", str(order.parallel)]
    command += ["--refresh"] if order.refresh and order.verb != "refresh" else []
    command += ["--preview-only"] if order.preview_only else []
    command += ["--diff"] if order.diff else []
    command += ["--yes"] if order.yes and order.changes else []
    for urn in order.targets:
        command += ["--target", urn]
    environment = dict(os.environ)
    if order.saved_plan is not None:
        # The option is hidden without the variable; what it looks at first is the plan itself.
        command += ["--plan", str(order.saved_plan), "--skip-preview"]
        environment["PULUMI_EXPERIMENTAL"] = "true"
    if order.as_json:
        return _document(order, command, environment)
    return _exit(subprocess.run(command, env=environment, check=False).returncode)


def _document(order: StackRun, command: list[str], environment: dict[str, str]) -> ExitCode:
    version = subprocess.run([command[0], "version"], capture_output=True, text=True, check=True).stdout
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="factory-events-") as folder:
        log = Path(folder) / "events.jsonl"
        command = [*command, "--non-interactive", "--event-log", str(log)]
        environment["PULUMI_DEBUG_COMMANDS"] = "true"
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    answer = document(
        lines,
        version=version.strip().removeprefix("v"),
        project=_project(order.folder),
        stack=order.stack,
        verb=order.verb,
        exit_code=done.returncode,
        seconds=time.monotonic() - started,
    )
    typer.echo(answer.model_dump_json(indent=1))
    return _exit(done.returncode)


def _project(folder: Path) -> str:
    from engine.project import Project  # noqa: PLC0415  # the engine is slow to import and rarely needed here

    return Project.load(folder).name


def _exit(code: int) -> ExitCode:
    return ExitCode.NOT_SO if code else ExitCode.DONE
