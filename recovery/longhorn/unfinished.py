"""The result while it is made: a file of its own beside the place where it will be, and a journal."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from recovery.longhorn.fault import RefusedError
from recovery.longhorn.journal import Journal
from recovery.longhorn.sync_folder import sync_folder

_PRIVATE: Final = 0o600


class Unfinished:
    """A result that gets its name when it is complete, and is continued when the work was cut off."""

    def __init__(self, out: Path, *, identity: str, size: int) -> None:
        """Plan for *out* of *size* bytes, made of what *identity* stands for."""
        self.out: Final = out
        self.partial: Final = out.with_name(f"{out.name}.partial")
        self.journal: Final = out.with_name(f"{out.name}.journal")
        self.fd = -1
        self.done = 0
        """All bytes before this one were copied in an earlier run."""
        self._identity: Final = identity
        self._size: Final = size

    @property
    def was_completed(self) -> bool:
        """An earlier run gave the result its name and was cut off right after that."""
        found = Journal.load(self.journal)
        is_named = self.out.exists() and not self.partial.exists()
        return is_named and found == Journal(identity=self._identity, done=self._size)

    def __enter__(self) -> Self:
        """Begin, or continue what an earlier run left."""
        try:
            self.fd = os.open(self.partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
        except OSError as error:
            raise RefusedError(self.partial, expected="to write there", found=error.strerror or str(error)) from error
        try:
            self._begin()
        except BaseException:
            os.close(self.fd)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file; what was copied stays for the next run."""
        os.close(self.fd)

    def checkpoint(self, done: int) -> None:
        """Bring everything to the disk and note that all bytes before *done* are good."""
        os.fdatasync(self.fd)
        Journal(identity=self._identity, done=done).save(self.journal)

    def complete(self) -> None:
        """Give the result its name."""
        os.fsync(self.fd)
        Journal(identity=self._identity, done=self._size).save(self.journal)
        self._refuse_existing()
        self.partial.rename(self.out)
        sync_folder(self.out.parent)
        self.journal.unlink()

    def forget(self) -> None:
        """Remove what was made, because it is good for nothing."""
        self.journal.unlink(missing_ok=True)
        self.partial.unlink(missing_ok=True)

    def _begin(self) -> None:
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(self.partial, expected="a file of nobody else", found="another merge at work") from None
        length = os.fstat(self.fd).st_size
        try:
            self._refuse_existing()
            self._continue(length)
        except RefusedError:
            if not length:  # made a moment ago, by us
                self.partial.unlink()
            raise
        # What lies behind the mark may have reached the disk in part: copied anew into holes.
        if length:  # ext4 writes a file that was cut to nothing to the disk when it is closed
            os.ftruncate(self.fd, self.done)
        os.ftruncate(self.fd, self._size)

    def _continue(self, length: int) -> None:
        found = Journal.load(self.journal)
        if found and found.identity == self._identity:
            self.done = min(found.done, self._size) if length == self._size else 0
            return
        helps = f"To start anew, remove it and {self.journal.name}"
        if found and length:
            raise RefusedError(self.partial, expected="the same layers as before", found="others", helps=helps)
        if length:
            raise RefusedError(self.partial, expected="no file, or one of an earlier merge", found="one", helps=helps)
        if not found and self.journal.exists():
            raise RefusedError(self.journal, expected="no file, or one of an earlier merge", found="another file")
        Journal(identity=self._identity, done=0).save(self.journal)

    def _refuse_existing(self) -> None:
        if self.out.exists() or self.out.is_symlink():
            helps = "Name another place, or move it away"
            raise RefusedError(self.out, expected="a name that is free", found="a file", helps=helps)
