"""The keys that a repository of packages may be signed with, as a host has them."""

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

LIST = "gpg --batch --show-keys --with-colons -- "
PRIMARY = 'awk -F: \'$1 == "pub" { p = 1 } $1 == "fpr" && p { print $10; p = 0 }\''
"""Prints the fingerprint of each primary key of such a list."""


class Keyring(FactBase[tuple[str, ...]]):
    """Fingerprints of all primary keys in the file `path`; none when there is no such file, or no gpg yet."""

    def command(self, path: str) -> StringCommand:
        """Ask gpg."""
        return StringCommand(LIST, QuoteString(path), "2>/dev/null |", PRIMARY)

    @staticmethod
    def default() -> tuple[str, ...]:
        """Return what no answer means."""
        return ()

    def process(self, output: list[str]) -> tuple[str, ...]:
        """Return the fingerprints."""
        return tuple(output)
