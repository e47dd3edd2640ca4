"""Settings of the kernel as they count now."""

from collections.abc import Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase


class KernelValues(FactBase[dict[str, str]]):
    """Name → value of the settings `names`; one that the kernel does not know is missing."""

    def command(self, names: Sequence[str]) -> StringCommand:
        """Ask for all of them."""
        return StringCommand("sysctl --ignore --", *map(QuoteString, names), "2>/dev/null; true")

    @staticmethod
    def default() -> dict[str, str]:
        """Return what no answer means: none of them is known."""
        return {}

    def process(self, output: list[str]) -> dict[str, str]:
        """Return the values, the fields of each parted by single spaces."""
        pairs = (line.partition("=")[::2] for line in output)
        return {name.strip(): " ".join(value.split()) for name, value in pairs}
