"""A copy of the program that a test may break."""

import shutil
from pathlib import Path

from rehearsal.bring_up import CHECKOUT

PROGRAM = ("__main__.py", "Pulumi.yaml", "Pulumi.postgres.yaml", "production.yaml", "components", "provider", "stacks")


def copy_program(folder: Path) -> Path:
    """Copy what the official CLI would run into *folder* and return it."""
    folder.mkdir(parents=True)
    for name in PROGRAM:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    return folder


def replace_once(file: Path, before: str, after: str) -> None:
    """Replace *before*, which must stand in *file* exactly once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file}: expected {before!r} once, found it {text.count(before)} times"
    file.write_text(text.replace(before, after), encoding="utf-8")
