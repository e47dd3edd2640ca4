"""A program on a host, and the download that it came from, asked in one question."""

import dataclasses

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase

from hosts.pin import ARCHITECTURES, Architecture

RECORDS = "/var/lib/factory/programs"
"""Folder of the records: `digest of the download`, `digest of the program`."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Installed:
    """A place for a program."""

    architecture: Architecture
    mode: str | None
    """None where there is no program."""
    sha256: str | None
    downloaded: str | None
    """Digest of the download that the program came from, if it is still what came from it."""


_ASK = """
dpkg --print-architecture
if [ -f "$1" ] && [ ! -L "$1" ]; then stat -c '%a %u:%g' -- "$1"; sha256sum <"$1"; else echo absent; echo absent; fi
cat -- "$2" 2>/dev/null || echo absent
"""


class InstalledProgram(FactBase[Installed]):
    """The program at `dest`, recorded as `label`."""

    def command(self, dest: str, label: str) -> StringCommand:
        """Ask for all in one."""
        return StringCommand("sh -c", QuoteString(_ASK), "ask", QuoteString(dest), QuoteString(f"{RECORDS}/{label}"))

    def process(self, output: list[str]) -> Installed:
        """Return what stands there."""
        named, mode, sha256, record = (line.strip() for line in output)
        for architecture in ARCHITECTURES:
            if architecture == named:
                break
        else:
            raise FactProcessError(f"expected one of {', '.join(ARCHITECTURES)}, found {named}")
        if mode == "absent":
            return Installed(architecture=architecture, mode=None, sha256=None, downloaded=None)
        digest = sha256.partition(" ")[0]
        downloaded, _, program = record.partition(" ")
        return Installed(
            architecture=architecture,
            mode=mode.removesuffix(" 0:0"),
            sha256=digest,
            downloaded=downloaded if program == digest else None,
        )
