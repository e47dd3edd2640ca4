"""A folder that nobody but its owner can enter."""

import fcntl
import os
import stat
from pathlib import Path

from provider.factory_error import FactoryError

OTHERS = 0o077


class PrivateFolder:
    """A folder of mode 700 and its files of mode 600; what is otherwise is refused, not mended."""

    def __init__(self, path: Path) -> None:
        """Describe the folder at *path*; it need not be there."""
        self.path = path

    def make(self) -> None:
        """Make the folder where there is none, and refuse one that others may enter."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FactoryError(
                f"{self.path}: cannot be made: {error.strerror}. Expected a folder for the keys"
            ) from error
        self.refuse_open()

    def refuse_open(self) -> None:
        """Raise when somebody else owns the folder or may enter it; fine when there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return
        _refuse(found, self.path, kind="folder", mode="700")

    def read(self, name: str) -> bytes | None:
        """Return what the file called *name* holds, `None` when there is none."""
        path = self.path / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FactoryError(_not_readable(path, error)) from error
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise FactoryError(f"{path}: expected a file, found something else; it is left as it is")
            _refuse(found, path, kind="file", mode="600")
            return file.read()

    def write_new(self, name: str, content: bytes) -> None:
        """Write a file that is not there yet: complete and on the disk before it has its name, never over another."""
        half = self.path / f"{name}.half"
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            to_disk(descriptor)
        try:
            # Unlike a rename it fails when the name is taken.
            os.link(half, self.path / name)
        finally:
            half.unlink()
        self.to_disk()

    def remove(self, name: str) -> None:
        """Remove the file called *name*."""
        (self.path / name).unlink(missing_ok=True)
        self.to_disk()

    def to_disk(self) -> None:
        """Wait until the names in the folder are on the disk."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def to_disk(descriptor: int) -> None:
    """Wait until what was written to *descriptor* is on the disk."""
    # A Mac's fsync only hands it to the drive.
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is None:
        os.fsync(descriptor)
    else:
        fcntl.fcntl(descriptor, full)


def _refuse(found: os.stat_result, path: Path, *, kind: str, mode: str) -> None:
    if found.st_uid != os.geteuid():
        raise FactoryError(f"{path}: expected a {kind} of your own, found one of the user {found.st_uid}")
    if stat.S_IMODE(found.st_mode) & OTHERS:
        raise FactoryError(f"{path}: others may read it. Expected mode {mode}: chmod {mode} {path}")


def _not_readable(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return (
            f"{path}: expected a file, found a link; keys are read and written where they are, not where a link leads"
        )
    return f"{path}: cannot be read: {error.strerror}"
