"""A throw-away folder that a server without rights can reach."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "factory-rehearsal-"


@contextlib.contextmanager
def own_folder(*, keep: bool = False) -> Iterator[Path]:
    """Make a folder with a recognisable name; remove it at the end unless *keep*."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    # Servers run as another user when the rehearsal runs as root: they may pass through, not look around.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
