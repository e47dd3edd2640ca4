"""The content of a file on a host."""

import base64

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase


class FileBytes(FactBase[bytes]):
    """The content of the file at `path`, which exists."""

    def command(self, path: str) -> StringCommand:
        """Ask in base64, so that nothing is lost on the way."""
        return StringCommand("base64 -w 0 --", QuoteString(path))

    @staticmethod
    def default() -> bytes:
        """Return what an empty file holds."""
        return b""

    def process(self, output: list[str]) -> bytes:
        """Return the content."""
        return base64.b64decode("".join(output))
