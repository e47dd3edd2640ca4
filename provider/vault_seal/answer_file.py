"""Where Vault's answer to its initialisation is kept until its root token is revoked."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from provider.factory_error import FactoryError
from provider.vault_seal.kept_answer import KeptAnswer
from provider.vault_seal.private_folder import PrivateFolder, to_disk

ROOM, ROOM_PER_SHARE = 16 * 1024, 8 * 1024
"""Bytes; a share that is encrypted to a long key is the largest."""


class AnswerFile:
    """A file beside the key file; without an answer in it, it says that one was asked for."""

    def __init__(self, folder: PrivateFolder, name: str) -> None:
        """Describe the file called *name* in *folder*."""
        self._folder = folder
        self.path = folder.path / name

    def read(self) -> KeptAnswer | None:
        """Return the answer, `None` when there is none."""
        content = self._folder.read(self.path.name)
        return None if content is None else KeptAnswer.read(content)

    def exists(self) -> bool:
        """Tell whether an answer was asked for and may have been lost."""
        return self._folder.read(self.path.name) is not None

    def remove(self) -> None:
        """Remove it: the token in it is of no use any more, or none was asked for."""
        self._folder.remove(self.path.name)

    @contextlib.contextmanager
    def alone(self) -> Iterator["Reserved"]:
        """Let one run at a time ask for keys; what it does not use is gone afterwards."""
        self._folder.make()
        was_there = self.exists()
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unwritable(self.path, error) from error
        try:
            self._lock(descriptor)
            yield Reserved(descriptor, self._folder, self.path)
        finally:
            if not was_there and os.fstat(descriptor).st_size == 0:
                self.path.unlink(missing_ok=True)
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The one before us may have removed the file that we opened.
            same = self.path.exists() and self.path.stat().st_ino == os.fstat(descriptor).st_ino
        except BlockingIOError:
            same = False
        if not same:
            raise FactoryError(
                f"{self.path}: another run on this machine is initialising Vault right now. Wait for its end"
            )


class Reserved:
    """The file, held by one run."""

    def __init__(self, descriptor: int, folder: PrivateFolder, path: Path) -> None:
        """Write by *descriptor*."""
        self._descriptor = descriptor
        self._folder = folder
        self._path = path

    def make_room(self, shares: int) -> None:
        """Put as much on the disk as the answer with so many *shares* may take: a full disk is found out now."""
        try:
            os.ftruncate(self._descriptor, 0)
            self._write(b" " * (ROOM + ROOM_PER_SHARE * shares))
            self._folder.to_disk()
        except OSError as error:
            self.give_up()
            raise unwritable(self._path, error) from error

    def keep(self, content: bytes) -> None:
        """Write the answer over that room; it is on the disk when this returns."""
        try:
            self._write(content)
        except OSError as error:
            raise FactoryError(
                f"{self._path}: {error.strerror}, although there was room: the disk is broken. The answer could not "
                "be kept, so nobody has its keys and it is empty. Mend the disk, wipe Vault's storage, run this again"
            ) from error

    def give_up(self) -> None:
        """Remove the file: nothing was asked, or Vault refused."""
        self._path.unlink(missing_ok=True)

    def _write(self, content: bytes) -> None:
        done = 0
        while done < len(content):
            done += os.pwrite(self._descriptor, content[done:], done)
        to_disk(self._descriptor)


def unwritable(path: Path, error: OSError) -> FactoryError:
    """Return the error for a file at *path* that cannot be written."""
    return FactoryError(
        f"{path}: cannot be written: {error.strerror}. Vault was not asked for keys, for they could not be kept"
    )
