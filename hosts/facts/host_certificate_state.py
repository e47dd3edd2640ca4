"""Whether a host's certificate is as declared."""

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase


class HostCertificateState(FactBase[bool]):
    """Whether the certificate `label` is there, fits its declaration, and lives for a while yet."""

    def command(self, program: str, label: str) -> StringCommand:
        """Ask the program that gets it; where that is missing there is no certificate either."""
        return StringCommand(
            *("if [ -x", QuoteString(program), "] &&", QuoteString(program), QuoteString(label), "--check"),
            "2>/dev/null; then echo good; else echo due; fi",
        )

    def process(self, output: list[str]) -> bool:
        """Return the answer."""
        if output not in (["good"], ["due"]):
            raise FactProcessError(f"expected one word, found {len(output)} lines")
        return output == ["good"]
