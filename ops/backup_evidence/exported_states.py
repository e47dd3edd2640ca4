"""The states of all stacks, as Pulumi exports them."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.backend import Backend, StateError
from engine.project import Project, ProjectError


class NotExportedError(RuntimeError):
    """A state could not be read; the text says which and why."""


def stacks_of(folder: Path) -> Sequence[str]:
    """Return the stacks that have a file in *folder*."""
    return sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))


def exported_states(folder: Path) -> Mapping[str, str]:
    """Return stack → its export; secrets stay encrypted.

    Raises:
        NotExportedError: one of them cannot be had, so what would be kept is not all.

    """
    pulumi = shutil.which("pulumi")
    return {stack: _by_cli(pulumi, folder, stack) if pulumi else _by_file(folder, stack) for stack in stacks_of(folder)}


def _by_cli(pulumi: str, folder: Path, stack: str) -> str:
    command = [pulumi, "stack", "export", "--stack", stack, "--cwd", str(folder), "--non-interactive"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotExportedError(f"state of {stack}: pulumi says {done.stderr.strip()[-300:]}")
    return done.stdout


def _by_file(folder: Path, stack: str) -> str:
    try:
        backend = Backend(Project.load(folder), stack)
        if not backend.exists():
            raise NotExportedError(f"state of {stack}: there is none at {backend.path}")
        kept = json.loads(backend.path.read_text(encoding="utf-8"))
        return json.dumps({"version": 3, "deployment": kept["checkpoint"]["latest"]})
    except (ProjectError, StateError, OSError, ValueError, KeyError) as error:
        raise NotExportedError(f"state of {stack}: {error}") from error
