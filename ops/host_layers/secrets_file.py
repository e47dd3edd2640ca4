"""The generated passwords of a bring-up without an engine, kept in one file of mode 600."""

import json
import os
import secrets
import stat
from pathlib import Path

DEFAULT = Path("~/.config/factory/hosts-secrets.json")
_BYTES = 30


class SecretsFileError(Exception):
    """The file cannot be used; the text says what to do."""


class SecretsFile:
    """Passwords by name; one that is missing is made and kept before it is used."""

    def __init__(self, file: Path) -> None:
        """Read *file*, if it is there.

        Raises:
            SecretsFileError: others may read it, or it holds something else.

        """
        self._file = file.expanduser()
        self._known: dict[str, str] = {}
        if not self._file.exists():
            return
        if stat.S_IMODE(self._file.stat().st_mode) & 0o077:
            raise SecretsFileError(f"{self._file}: others may read it. Expected mode 600: chmod 600 {self._file}")
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise SecretsFileError(f"{self._file}: expected one JSON object of names and passwords") from error
        if not isinstance(known, dict) or not all(isinstance(value, str) and value for value in known.values()):
            raise SecretsFileError(f"{self._file}: expected one JSON object of names and passwords")
        self._known = known

    def password(self, name: str) -> str:
        """Return the password called *name*, made now if there was none."""
        if name not in self._known:
            self._known[name] = secrets.token_urlsafe(_BYTES)
            self._write()
        return self._known[name]

    def keep(self, name: str, password: str) -> bool:
        """Keep *password* as the one called *name*; return whether that is new."""
        if self._known.get(name) == password:
            return False
        self._known[name] = password
        self._write()
        return True

    def known(self, name: str) -> str | None:
        """Return the password called *name*, None if there is none."""
        return self._known.get(name)

    def _write(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(self._known, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.rename(self._file)
