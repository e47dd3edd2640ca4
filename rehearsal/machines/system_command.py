"""Run one of the system's own commands to its end."""

import subprocess
from collections.abc import Sequence


class SystemCommandError(RuntimeError):
    """A command of the system failed; the text holds what it said."""


def system_command(command: Sequence[str], *, given: str = "", check: bool = True) -> str:
    """Return what *command* printed, *given* being its input; a failure is an error unless told otherwise."""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise SystemCommandError(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
