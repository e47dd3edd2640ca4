"""Which files belong to the project."""

from pathlib import Path

from ops.history.git_lines import git_lines

NOT_OURS = {".git", ".venv", "__pycache__", "build", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


def source_files(root: Path, *, suffix: str = "") -> list[Path]:
    """Return the files of the checkout that git knows or would add, and all of them where there is no git."""
    names = git_lines(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", separator="\0")
    if names is None:
        found = [path for path in root.rglob("*") if not NOT_OURS.intersection(path.relative_to(root).parts)]
    else:
        found = [root / name for name in names]
    # A file that was just removed is still in git's list.
    return sorted(path for path in found if path.name.endswith(suffix) and path.is_file() and not path.is_symlink())
