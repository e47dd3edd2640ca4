"""How a run is started, on the official engine and on the embedded one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from ops.official import event_log
from tests.engine.conformance.case import Step
from tests.engine.conformance.playground import PROJECT, Playground

_LONGEST_RUN = 120


class Engine(Protocol):
    """Runs one step of a case."""

    def run(self, step: Step, *, playground: Playground) -> event_log.Document:
        """Return what the engine says it did."""
        ...


class OfficialEngine:
    """The `pulumi` on `PATH`."""

    def __init__(self) -> None:
        """Ask it for its version.

        Raises:
            FileNotFoundError: there is none.

        """
        program = shutil.which("pulumi")
        if program is None:
            raise FileNotFoundError("no `pulumi` on PATH; install the official CLI to record or compare")
        answer = subprocess.run([program, "version"], capture_output=True, text=True, check=True)
        self.version = answer.stdout.strip().removeprefix("v")
        """Version of the CLI."""

    def run(self, step: Step, *, playground: Playground) -> event_log.Document:
        """Run *step* with an event log and translate it."""
        command = ["pulumi", step.verb, "--stack", step.stack, "--non-interactive", "--color", "never"]
        command += ["--event-log", str(playground.event_log), *_options(step), *_without_asking(step)]
        if step.take:
            command += [step.take.type, step.take.name, step.take.id, "--generate-code=false"]
            command += [f"--protect={str(step.take.protect).lower()}"]
            command += [f"--{option}={option}={urn}" for option, urn in _relatives(step)]
        playground.event_log.write_text("")
        began = time.monotonic()
        done = _run(command, playground=playground)
        lines = playground.event_log.read_text().splitlines()
        if not lines:
            raise RuntimeError(f"`{' '.join(command)}` wrote no events:\n{done.stdout}\n{done.stderr}")
        return event_log.document(
            lines,
            version=self.version,
            project=PROJECT,
            stack=step.stack,
            verb=step.verb,
            exit_code=done.returncode,
            seconds=time.monotonic() - began,
        )


class EmbeddedEngine:
    """The engine of this repository, as a process of its own."""

    def run(self, step: Step, *, playground: Playground) -> event_log.Document:
        """Run *step* and read the document that it prints."""
        command = [sys.executable, "-m", "engine", step.verb, step.stack, "--cwd", str(playground.project), "--json"]
        command += [*_options(step), *_without_asking(step)]
        if step.take:
            command = [sys.executable, "-m", "ops", step.verb, step.stack, step.take.type, step.take.name, step.take.id]
            command += ["--json", "--engine", "embedded", "--cwd", str(playground.project)]
            command += ["--protect" if step.take.protect else "--no-protect"]
            command += [f"--{option}={urn}" for option, urn in _relatives(step)]
        done = _run(command, playground=playground)
        try:
            document = event_log.Document.model_validate(json.loads(done.stdout))
        except ValueError as error:
            raise RuntimeError(
                f"`{' '.join(command)}` ended with {done.returncode} and printed no document:\n"
                f"{done.stdout}\n{done.stderr}"
            ) from error
        if (done.returncode == 0) != (document.result == "succeeded"):
            raise RuntimeError(f"exit {done.returncode}, but the document says {document.result}")
        return document


def _relatives(step: Step) -> Iterator[tuple[str, str]]:
    """Yield the options of `import` that name another resource, and its URN."""
    for option in ("parent", "provider"):
        if short := getattr(step.take, option):
            yield option, _full_urn(short, step)


def _full_urn(short: str, step: Step) -> str:
    return short.replace("urn:", f"urn:pulumi:{step.stack}::{PROJECT}::", 1)


def _without_asking(step: Step) -> Sequence[str]:
    return [] if step.verb == "preview" or step.preview_only else ["--yes", "--skip-preview"]


def _options(step: Step) -> Sequence[str]:
    options = ["--refresh"] if step.refresh else []
    options += ["--preview-only"] if step.preview_only else []
    options += ["--target-dependents"] if step.target_dependents else []
    for target in step.targets:
        options += ["--target", _full_urn(target, step)]
    return options


def _run(command: Sequence[str], *, playground: Playground) -> subprocess.CompletedProcess[str]:
    process = subprocess.Popen(
        command,
        cwd=playground.project,
        env=playground.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(timeout=_LONGEST_RUN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        raise RuntimeError(f"`{' '.join(command)}` did not end in {_LONGEST_RUN} s:\n{stdout}\n{stderr}") from None
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
