"""Remove what no image has used for long."""

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

KEPT_SECONDS = 30 * 24 * 3600
NOT_RECIPES = ("blobs", "lock")


def forget_old(store: Path, *, used: Iterable[Path], kept_seconds: float = KEPT_SECONDS) -> None:
    """Note that the recipes *used* are in use, and remove the others once they are old, with what only they named."""
    for path in used:
        os.utime(path)
    recipes = [path for path in store.iterdir() if path.name not in NOT_RECIPES]
    old = [path for path in recipes if path.stat().st_mtime < time.time() - kept_seconds]
    if not old:
        return
    for path in old:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    named = {digest for path in recipes if path.exists() for digest in _named(path)}
    for blob in (store / "blobs").iterdir():
        if blob.name not in named:
            blob.unlink()


def _named(recipe: Path) -> Iterator[str]:
    """Yield the blobs that a recipe has made: a layer by its digest, an image by its manifest."""
    if recipe.is_file():
        yield recipe.read_text()
    elif (recipe / "layer").exists():
        yield (recipe / "layer").read_text()
    elif (recipe / "manifest.json").exists():
        manifest = json.loads((recipe / "manifest.json").read_bytes())
        yield from (each["digest"].removeprefix("sha256:") for each in (manifest["config"], *manifest["layers"]))
