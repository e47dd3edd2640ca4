"""The shares of a Vault, as they are kept."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Self

from provider.factory_error import FactoryError


@dataclasses.dataclass(frozen=True, kw_only=True)
class UnsealKeys:
    """What the key file holds."""

    vault: str
    """Address of the Vault when it was initialised."""
    made: str
    """When, in UTC."""
    threshold: int
    """How many shares open it."""
    recipients: Sequence[str]
    """Public keys that the shares are encrypted to, one each; empty when they are in plain."""
    shares: Sequence[str] = dataclasses.field(repr=False)
    """The shares, in base64."""

    @classmethod
    def read(cls, content: bytes, *, path: object) -> Self:
        """Read the key file at *path*."""
        try:
            found = json.loads(content)
        except ValueError:
            found = None
        if not isinstance(found, Mapping) or not _complete(found):
            raise FactoryError(
                f"{path}: expected the shares of a Vault, found something else; it is left as it is. "
                "Put the right file there, or move this one away"
            )
        return cls(
            vault=str(found["vault"]), made=str(found["made"]), threshold=found["threshold"],
            recipients=found["recipients"], shares=found["shares"],
        )  # fmt: skip

    @property
    def content(self) -> bytes:
        """What the key file holds, as it is written."""
        return (json.dumps(dataclasses.asdict(self), indent=1) + "\n").encode()

    @property
    def encrypted(self) -> bool:
        """Whether only the recipients can use the shares."""
        return bool(self.recipients)


def _complete(found: Mapping[str, object]) -> bool:
    lists = [found.get("shares"), found.get("recipients")]
    return (
        all(isinstance(one, list) and all(isinstance(text, str) and text for text in one) for one in lists)
        and bool(found["shares"])
        and isinstance(found.get("threshold"), int)
        and all(isinstance(found.get(key), str) for key in ("vault", "made"))
    )
