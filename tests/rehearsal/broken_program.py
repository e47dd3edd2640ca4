"""A copy of the program that a test may break."""

from pathlib import Path

from rehearsal import program_copy
from rehearsal.bring_up import CHECKOUT


def copy_program(folder: Path) -> Path:
    """Copy this checkout's program into *folder* and return it."""
    return program_copy.copy_program(CHECKOUT, folder)


def replace_once(file: Path, before: str, after: str) -> None:
    """Replace *before*, which must stand in *file* exactly once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file}: expected {before!r} once, found it {text.count(before)} times"
    file.write_text(text.replace(before, after), encoding="utf-8")
