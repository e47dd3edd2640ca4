"""Check: the linter has no finding."""

from pathlib import Path

from ops.checks.run_tool import run_tool


def lint(root: Path) -> list[str]:
    """Return the linter's findings."""
    return run_tool(root, "ruff", "check", "--quiet", "--output-format", "concise", ".")
