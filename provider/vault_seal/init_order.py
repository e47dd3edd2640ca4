"""What keys a Vault is to have."""

import base64
import binascii
import dataclasses
from collections.abc import Iterator, Sequence

from provider.http.json_types import Object

MOST_SHARES = 255
_ARMOUR = "-----"


@dataclasses.dataclass(frozen=True, kw_only=True)
class InitOrder:
    """How many shares, how many of them open it, and who can read them."""

    shares: int
    """How many shares are made."""
    threshold: int
    """How many of them open it."""
    recipients: Sequence[str] = ()
    """PGP public keys, one for each share, armoured or in base64; none leaves the shares in plain."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield (key, fault) for what Vault would refuse, or what makes no sense."""
        if not 1 <= self.shares <= MOST_SHARES:
            yield "shares", f"expected a whole number from 1 to {MOST_SHARES}, found {self.shares}"
        if not 1 <= self.threshold <= self.shares:
            yield (
                "threshold",
                f"expected a whole number from 1 to shares, which is {self.shares}, found {self.threshold}",
            )
        elif self.threshold == 1 < self.shares:
            yield "threshold", f"expected 2 at least with {self.shares} shares: with 1 each share opens Vault alone"
        if self.recipients and len(self.recipients) != self.shares:
            yield (
                "recipients",
                f"expected one for each of the {self.shares} shares or none, found {len(self.recipients)}",
            )
        for index, recipient in enumerate(self.recipients):
            if not _packet(recipient):
                yield (
                    f"recipients[{index}]",
                    (
                        "is no PGP public key. Expected the output of `gpg --armor --export KEY` or, in base64, of "
                        "`gpg --export KEY`"
                    ),
                )

    @property
    def body(self) -> Object:
        """What Vault is asked."""
        asked: dict[str, int | list[str]] = {"secret_shares": self.shares, "secret_threshold": self.threshold}
        if self.recipients:
            asked["pgp_keys"] = [*self.packets]
        return asked

    @property
    def packets(self) -> Sequence[str]:
        """The public keys in the one form that Vault takes: a key is the same however it was written."""
        return [base64.b64encode(_packet(recipient)).decode() for recipient in self.recipients]


def _packet(recipient: str) -> bytes:
    """Return the key itself, nothing when it is none: the first bit of a packet is set (RFC 9580)."""
    lines = [line.strip() for line in recipient.strip().splitlines()]
    if lines and lines[0].startswith(_ARMOUR):
        start = lines.index("") if "" in lines else 0
        # The last line of the armour is a checksum, which begins with "=".
        lines = [line for line in lines[start:] if line and not line.startswith((_ARMOUR, "="))]
    try:
        packet = base64.b64decode("".join(lines), validate=True)
    except (ValueError, binascii.Error):
        return b""
    return packet if packet and packet[0] & 0x80 else b""
