"""Check: the code is formatted."""

from pathlib import Path

from ops.checks.run_tool import run_tool


def code_format(root: Path) -> list[str]:
    """Return the files that the formatter would change; `.venv/bin/ruff format` changes them."""
    return run_tool(root, "ruff", "format", "--check", "--quiet", "--output-format", "concise", ".")
