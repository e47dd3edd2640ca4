"""Write a file that nobody else may read."""

import os
from pathlib import Path


def private_file(path: Path, text: str) -> None:
    """Write *text* to *path*, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_name(path.name + ".new")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        os.fsync(file.fileno())
    half.rename(path)
