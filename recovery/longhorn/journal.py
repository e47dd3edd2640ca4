"""How far an unfinished result is good."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from recovery.longhorn.sync_folder import sync_folder

_FORMAT: Final = "factory merge 1"


@dataclass(frozen=True, kw_only=True)
class Journal:
    """What stands beside an unfinished result."""

    identity: str
    """Digest of what it is made of."""

    done: int
    """All bytes before this one are on the disk."""

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Return the journal in *path*, or None when there is none that could be understood."""
        try:
            document: object = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(document, dict) or document.get("format") != _FORMAT:
            return None
        identity, done = document.get("identity"), document.get("done")
        if not isinstance(identity, str) or type(done) is not int:
            return None
        journal = cls(identity=identity, done=done)
        # A changed figure would leave out bytes without a word.
        return journal if document.get("digest") == journal.digest else None

    @property
    def digest(self) -> str:
        """What shows that nobody changed it."""
        return hashlib.sha256(f"{_FORMAT}\n{self.identity}\n{self.done}".encode()).hexdigest()

    def save(self, path: Path) -> None:
        """Write it so that either the old or the new one is found, whenever the power goes."""
        document = {"format": _FORMAT, "identity": self.identity, "done": self.done, "digest": self.digest}
        new = path.with_name(f"{path.name}.new")
        try:
            with new.open("w", encoding="utf-8") as file:
                json.dump(document, file)
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # the disk is full
            new.unlink(missing_ok=True)
            raise
        new.replace(path)
        sync_folder(path.parent)
