"""A folder on a disk, asked in one question."""

import dataclasses

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase


@dataclasses.dataclass(frozen=True, kw_only=True)
class Folder:
    """What is known of a folder."""

    mounted: bool
    """Whether something is mounted where the disk belongs."""
    mode: str | None = None
    """Octal digits; None where there is no folder."""
    owner: int | None = None
    """Number of its user."""


class FolderState(FactBase[Folder]):
    """Whether a disk is mounted at `mount`, and the folder `path` on it."""

    def command(self, path: str, mount: str) -> StringCommand:
        """Ask for both; that there is none is an answer."""
        return StringCommand(
            *("if mountpoint -q --", QuoteString(mount), "; then echo mounted; else echo unmounted; fi;"),
            *("if [ -d", QuoteString(path), "]; then stat -c '%a %u' --", QuoteString(path), "; fi"),
        )

    def process(self, output: list[str]) -> Folder:
        """Return what was found."""
        match output:
            case ["mounted" | "unmounted" as disk]:
                return Folder(mounted=disk == "mounted")
            case ["mounted" | "unmounted" as disk, found]:
                mode, owner = found.split()
                return Folder(mounted=disk == "mounted", mode=mode, owner=int(owner))
        raise FactProcessError(f"expected one or two lines, found {len(output)}")
