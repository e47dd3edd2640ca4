"""The deployment of a stack, as either engine keeps it."""

import json
import subprocess
from pathlib import Path

from pydantic import JsonValue

from engine.backend import Backend, StateError
from engine.project import Project, ProjectError
from ops.engines import official
from ops.engines.options import EngineChoice


class NoStateError(Exception):
    """The state of a stack could not be read; the text says why and what helps."""


def stack_state(folder: Path, stack: str, *, engine: EngineChoice) -> list[dict[str, JsonValue]]:
    """Return the resources of *stack* in the deployment format (version 3); secrets stay encrypted.

    Raises:
        NoStateError: the stack has no state, or the engine cannot read it.

    """
    chosen = engine if engine != "auto" else "pulumi" if official.program() else "embedded"
    document = _exported(folder, stack) if chosen == "pulumi" else _kept(folder, stack)
    found = document.get("resources") if isinstance(document, dict) else None
    resources = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    if not resources:
        raise NoStateError(f"the stack {stack} has no resources yet. Try: ./factory up {stack}")
    return resources


def _exported(folder: Path, stack: str) -> JsonValue:
    program = official.program()
    if program is None:
        raise NoStateError("expected `pulumi` on PATH, found none. Try: ./factory doctor")
    command = [program, "stack", "export", "--stack", stack, "--non-interactive"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoStateError(f"`pulumi stack export --stack {stack}` failed: {done.stderr.strip()}")
    deployment: JsonValue = json.loads(done.stdout)["deployment"]
    return deployment


def _kept(folder: Path, stack: str) -> JsonValue:
    try:
        backend = Backend(Project.load(folder), stack)
        latest: JsonValue = _latest(backend.path) if backend.exists() else None
    except (ProjectError, StateError, ValueError, KeyError) as error:
        raise NoStateError(str(error)) from error
    return latest


def _latest(file: Path) -> JsonValue:
    latest: JsonValue = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"]
    return latest
