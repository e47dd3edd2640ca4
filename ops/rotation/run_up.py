"""Run `./factory up` in a process of its own: the SDK allows one run per process."""

import subprocess
import sys
from pathlib import Path

from ops.engines.options import EngineChoice
from ops.official.event_log import Document
from provider.factory_error import FactoryError


def run_up(stack: str, folder: Path, *, engine: EngineChoice, yes: bool, quiet: bool) -> None:
    """Bring *stack* to what its file says; *quiet* prints nothing and tells the messages when it fails.

    Raises:
        FactoryError: it failed, or was refused.

    """
    command = [sys.executable, "-P", "-m", "ops", "up", stack, "--engine", engine, "--cwd", str(folder)]
    command += ["--yes"] if yes else []
    command += ["--json"] if quiet else []
    done = subprocess.run(command, stdout=subprocess.PIPE if quiet else None, text=True, check=False)
    if done.returncode:
        said = _messages(done.stdout) if quiet else "see above"
        raise FactoryError(f"up {stack} has failed: {said}. The stack file says where the renewal is")


def _messages(output: str) -> str:
    try:
        document = Document.model_validate_json(output)
    except ValueError:
        return "it told no reason"
    return "; ".join(one.message for one in document.diagnostics if one.severity == "error") or "it told no reason"
