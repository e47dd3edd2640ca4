"""Whether a host trusts a certificate authority."""

from typing import Literal, cast

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

Trust = Literal["trusted", "stored", "not trusted", "no source"]
"""`stored` is in the trust store, and not in all that is made of it."""
FOLDER = "/etc/ssl/certs"
BUNDLE = f"{FOLDER}/ca-certificates.crt"

# A line in the middle of a certificate is found in the bundle only where the certificate is. Programs that look into
# the folder find it there by a link with its hash, which leads to the link with its name.
_ASK = f"""
[ -f "$1" ] || {{ echo 'no source'; exit 0; }}
link=$(basename -- "$2" .crt).pem
cmp -s -- "$1" "$2" || {{ echo 'not trusted'; exit 0; }}
if grep -qxF -- "$(sed -n 5p "$1")" {BUNDLE} 2>/dev/null &&
    cmp -s -- "$1" "{FOLDER}/$link" && [ -n "$(find {FOLDER} -lname "$link")" ]; then echo trusted
else echo stored; fi
"""


class TrustedCertificate(FactBase[Trust]):
    """Whether the certificate at `source` stands at `target` in the trust store, and in bundle and links made of it."""

    def command(self, source: str, target: str) -> StringCommand:
        """Ask for all in one."""
        return StringCommand("sh -c", QuoteString(_ASK), "trust", QuoteString(source), QuoteString(target))

    def process(self, output: list[str]) -> Trust:
        """Return the answer."""
        return cast("Trust", output[0])
