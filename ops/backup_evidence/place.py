"""A folder that an archive is restored into."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class PlaceError(RuntimeError):
    """Something is there that may be alive."""


@contextmanager
def free_place(into: Path, *, overwrite: Path | None) -> Iterator[Path]:
    """Give a new folder beside *into*, which takes its place when all is in it; what is there must be named twice.

    Raises:
        PlaceError: something is there, and *overwrite* does not name it.

    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())) and overwrite != into:
        raise PlaceError(f"{into}: something is there. Expected an empty folder, or --overwrite {into}")
    new, old = (into.with_name(f".{into.name}.{word}") for word in ("restoring", "replaced"))
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700, parents=True)
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
    if into.exists():
        into.rename(old)
    new.rename(into)
    shutil.rmtree(old, ignore_errors=True)
