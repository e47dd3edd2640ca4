"""What became of the last guarded change on a host."""

from typing import Literal

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

GUARDS = "/var/lib/factory/guard"

Decision = Literal["none", "undecided", "rolled back"]


class GuardState(FactBase[Decision]):
    """Whether the change guarded as `guard` still waits to be confirmed, was rolled back, or is none or settled."""

    def command(self, guard: str) -> StringCommand:
        """Ask for the marks that the guard leaves."""
        folder = QuoteString(f"{GUARDS}/{guard}")
        return StringCommand(
            *("if ! cd", folder, "2>/dev/null; then echo none; elif [ -e rolled-back ]; then echo rolled back"),
            "; elif [ -e armed ]; then echo undecided; else echo none; fi",
        )

    def process(self, output: list[str]) -> Decision:
        """Return the decision."""
        for decision in ("undecided", "rolled back"):
            if output == [decision]:
                return decision
        return "none"
