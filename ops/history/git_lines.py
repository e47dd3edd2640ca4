"""Asks git."""

import shutil
import subprocess
from pathlib import Path


def git_lines(root: Path, *arguments: str, separator: str = "\n") -> list[str] | None:
    """Return the lines of a git command's answer; nothing where git or its checkout is missing, or it says no."""
    program = shutil.which("git")
    if program is None:
        return None
    done = subprocess.run([program, *arguments], cwd=root, capture_output=True, text=True, check=False)
    return None if done.returncode else [line for line in done.stdout.split(separator) if line]
