"""The one line of a stack file that holds the numbers of all credentials."""

import json
import os
import re
import stat
import tempfile
from pathlib import Path

import yaml
from pydantic import JsonValue

from ops.rotation.numbers import Numbers
from provider.factory_error import FactoryError

KEY = "factory:generations"
EXAMPLE = f"{KEY}: '{{}}'"

_QUOTED = rb"'(?:[^'\n]|'')*'|\"(?:[^\"\\\n]|\\.)*\""
_LINE = re.compile(
    rb"^(?P<start>[ \t]+" + KEY.encode() + rb":[ \t]+)(?P<value>" + _QUOTED + rb")(?=[ \t]*(?:#[^\n]*)?\r?$)",
    re.MULTILINE,
)


class StackFile:
    """A stack file of which only this line is ever changed; every other byte stays as it is."""

    def __init__(self, file: Path) -> None:
        """Name the *file*; nothing is read yet."""
        self.file = file.resolve()

    def numbers(self, name: str) -> Numbers:
        """Return the numbers of the credential *name*; one that the line does not name has its first."""
        entries = self._entries(self._line(self._content()))
        return Numbers.read(name, entries[name]) if name in entries else Numbers()

    def names(self) -> list[str]:
        """Return the credentials that the line names."""
        return list(self._entries(self._line(self._content())))

    def write(self, name: str, numbers: Numbers, *, expected: Numbers) -> None:
        """Put *numbers* in the place of the *expected* ones; the file is the old one or the new one at any moment.

        Raises:
            FactoryError: the line is not there, or somebody else has changed it meanwhile.

        """
        content = self._content()
        line = self._line(content)
        entries = self._entries(line)
        found = Numbers.read(name, entries[name]) if name in entries else Numbers()
        if found != expected:
            raise FactoryError(
                f"{self.file}: {KEY}: {name} has been changed meanwhile: expected {json.dumps(expected.entry)}, found "
                f"{json.dumps(found.entry)}. Run the same again when nobody else works on it"
            )
        text = json.dumps({**entries, name: numbers.entry}).replace("'", "''")
        start, end = line.span("value")
        self._replace(content[:start] + f"'{text}'".encode() + content[end:])

    def _content(self) -> bytes:
        try:
            return self.file.read_bytes()
        except OSError as error:
            raise FactoryError(
                f"{self.file}: cannot be read: {error.strerror}. Expected the file of the stack"
            ) from error

    def _line(self, content: bytes) -> re.Match[bytes]:
        found = list(_LINE.finditer(content))
        if len(found) != 1:
            raise FactoryError(
                f"{self.file}: expected one line {EXAMPLE} under config, with the numbers in quotes, found {len(found)}"
            )
        return found[0]

    def _entries(self, line: re.Match[bytes]) -> dict[str, JsonValue]:
        try:
            entries = json.loads(yaml.safe_load(line["value"]))
        except (ValueError, yaml.YAMLError):
            entries = None
        if not isinstance(entries, dict):
            raise FactoryError(f"{self.file}: {KEY}: expected one JSON object in quotes as in {EXAMPLE}")
        return entries

    def _replace(self, content: bytes) -> None:
        mode = stat.S_IMODE(self.file.stat().st_mode)
        descriptor, new = tempfile.mkstemp(prefix=f".{self.file.name}.", dir=self.file.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(new).rename(self.file)
        except BaseException:
            Path(new).unlink(missing_ok=True)
            raise
        folder = os.open(self.file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
