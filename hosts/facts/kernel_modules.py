"""Which modules a kernel has."""

from collections.abc import Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

_ASK = """
for name; do
    # A built-in module and a loaded one both have a folder here.
    if [ -d "/sys/module/$name" ]; then echo "$name loaded"
    elif modprobe --dry-run --quiet -- "$name"; then echo "$name there"; fi
done
true
"""


class KernelModules(FactBase[dict[str, str]]):
    """Name → `loaded` or `there` of the modules `names`; one that the kernel has not is missing."""

    def command(self, names: Sequence[str]) -> StringCommand:
        """Ask for these."""
        return StringCommand("sh -c", QuoteString(_ASK), "modules", *map(QuoteString, names))

    @staticmethod
    def default() -> dict[str, str]:
        """Return what no answer means: the kernel has none of them."""
        return {}

    def process(self, output: list[str]) -> dict[str, str]:
        """Return the modules."""
        return dict(line.partition(" ")[::2] for line in output)
