"""Runs a verb with the official CLI, which stays in charge of its own terminal."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import StackRun
from ops.official.event_log import Document, document


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
    if order.verb != "up":
        return _exit(subprocess.run(command, env=environment, check=False).returncode)
    started = time.monotonic()
    code, lines = _logged(command, environment)
    if code:
        _advise(order, _answer(order, found, lines, code, time.monotonic() - started))
    return _exit(code)


def _document(order: StackRun, command: list[str], environment: dict[str, str]) -> ExitCode:
    started = time.monotonic()
    code, lines = _logged([*command, "--non-interactive"], environment, stdout=subprocess.DEVNULL)
    answer = _answer(order, command[0], lines, code, time.monotonic() - started)
    typer.echo(answer.model_dump_json(indent=1))
    if code and order.verb == "up":
        _advise(order, answer)
    return _exit(code)


def _logged(command: list[str], environment: dict[str, str], *, stdout: int | None = None) -> tuple[int, list[str]]:
    """Run *command* and return its exit code and its event log."""
    with tempfile.TemporaryDirectory(prefix="factory-events-") as folder:
        log = Path(folder) / "events.jsonl"
        # The option is hidden without the variable.
        environment = {**environment, "PULUMI_DEBUG_COMMANDS": "true"}
        done = subprocess.run([*command, "--event-log", str(log)], env=environment, stdout=stdout, check=False)
        return done.returncode, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def _answer(order: StackRun, program: str, lines: list[str], code: int, seconds: float) -> Document:
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    return document(
        lines,
        version=version.strip().removeprefix("v"),
        project=_project(order.folder),
        stack=order.stack,
        verb=order.verb,
        exit_code=code,
        seconds=seconds,
    )


def _advise(order: StackRun, answer: Document) -> None:
    """Name the command that takes over what was there; the CLI tells the state, whichever backend it is in."""
    from ops.engines.import_advice import TAKEN, import_advice  # noqa: PLC0415  # the engine is slow to import

    if not any(TAKEN.search(said.message) for said in answer.diagnostics):
        return
    command = ["pulumi", "stack", "export", "--stack", order.stack, "--cwd", str(order.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    resources = json.loads(done.stdout)["deployment"].get("resources", ()) if done.returncode == 0 else ()
    urns = [str(resource["urn"]) for resource in resources]
    for sentence in import_advice(answer.diagnostics, stack=order.stack, urns=urns):
        typer.secho(sentence, fg="yellow", err=True)


def _project(folder: Path) -> str:
    from engine.project import Project  # noqa: PLC0415  # the engine is slow to import and rarely needed here

    return Project.load(folder).name


def _exit(code: int) -> ExitCode:
    return ExitCode.NOT_SO if code else ExitCode.DONE
