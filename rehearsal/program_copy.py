"""A copy of the program that may be spoiled."""

import shutil
from pathlib import Path

PROGRAM = (
    "__main__.py", "Pulumi.yaml", "Pulumi.main.yaml", "Pulumi.postgres.yaml", "production.yaml", "components",
    "provider", "stacks",
)  # fmt: skip


def copy_program(program: Path, folder: Path) -> Path:
    """Copy what the official CLI would run of *program* into *folder*, and return it."""
    folder.mkdir(parents=True)
    for name in PROGRAM:
        source = program / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    (folder / ".venv").symlink_to(program / ".venv")
    return folder
