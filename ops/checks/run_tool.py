"""Runs a checking tool of the environment."""

import subprocess
import sys
from pathlib import Path


def run_tool(root: Path, *arguments: str) -> list[str]:
    """Run a module of our environment in *root*; return its lines when it says no."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return (lines or [f"{arguments[0]} ended with {done.returncode}"]) if done.returncode else []
