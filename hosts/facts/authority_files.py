"""The key material of a certificate authority on a host, asked in one question."""

import base64
from collections.abc import Mapping, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

_READ = 'for file in "$@"; do if [ -e "$file" ]; then echo "$file $(base64 -w 0 -- "$file")"; fi; done; echo asked'


class AuthorityFiles(FactBase[Mapping[str, str]]):
    """Path → text of those of the files at `paths` that exist; keys are among them, encrypted."""

    def command(self, paths: Sequence[str]) -> StringCommand:
        """Ask for all of them, and for a last word that tells a question from no answer."""
        return StringCommand("set -e; set --", *map(QuoteString, paths), ";", _READ)

    def process(self, output: list[str]) -> Mapping[str, str]:
        """Return what was found."""
        if output[-1] != "asked":
            raise ValueError(f"expected a last line, found {len(output)} lines without it")
        pairs = (line.rpartition(" ") for line in output[:-1])
        return {path: base64.b64decode(content).decode() for path, _, content in pairs}
