"""Check: the types are right."""

from pathlib import Path

from ops.checks.run_tool import run_tool


def strict_types(root: Path) -> list[str]:
    """Return the findings of the type checker over all packages."""
    packages = sorted(path.parent.name for path in root.glob("*/__init__.py"))
    programs = sorted(path.name for path in root.glob("*.py"))
    return run_tool(root, "mypy", "--no-error-summary", *packages, *programs)
