"""How Debian packages are on a host."""

from collections.abc import Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

_FORMAT = r"${Package} ${db:Status-Status}\n"


class PackageStates(FactBase[dict[str, str]]):
    """Name → state of the packages `names`, `installed` when all is well; one that never was there is missing."""

    def command(self, names: Sequence[str]) -> StringCommand:
        """Ask for these alone: a list of all costs ten times as much."""
        return StringCommand(
            *("dpkg-query --show --showformat", QuoteString(_FORMAT), "--", *map(QuoteString, names)),
            "2>/dev/null; true",
        )

    @staticmethod
    def default() -> dict[str, str]:
        """Return what no answer means: none of them is known."""
        return {}

    def process(self, output: list[str]) -> dict[str, str]:
        """Return the states."""
        return dict(line.partition(" ")[::2] for line in output)
