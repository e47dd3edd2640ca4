"""Whether a host trusts a certificate authority."""

from typing import Literal, cast

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

Trust = Literal["trusted", "not trusted", "no source"]
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

# A line in the middle of a certificate is found in the bundle only where the certificate is.
_ASK = f"""
[ -f "$1" ] || {{ echo 'no source'; exit 0; }}
if cmp -s -- "$1" "$2" && grep -qxF -- "$(sed -n 5p "$1")" {BUNDLE} 2>/dev/null; then echo trusted
else echo 'not trusted'; fi
"""


class TrustedCertificate(FactBase[Trust]):
    """Whether the certificate at `source` stands at `target` in the trust store and in the bundle made of it."""

    def command(self, source: str, target: str) -> StringCommand:
        """Ask for all in one."""
        return StringCommand("sh -c", QuoteString(_ASK), "trust", QuoteString(source), QuoteString(target))

    def process(self, output: list[str]) -> Trust:
        """Return the answer."""
        return cast("Trust", output[0])
