"""What Vault answered when it was initialised, with the token that is to be revoked."""

import base64
import binascii
import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Self

from provider.vault_seal.unseal_keys import UnsealKeys

_BEFORE, _AFTER = b', "answer": ', b"}\n"


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """Shares and root token of a Vault."""

    keys: UnsealKeys
    """What goes into the key file."""
    root_token: str = dataclasses.field(repr=False)
    """What goes nowhere."""

    @staticmethod
    def head(*, vault: str, threshold: int, recipients: Sequence[str]) -> bytes:
        """Return what stands before the answer: what is known before anything is asked."""
        now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")
        known = {"vault": vault, "made": now, "threshold": threshold, "recipients": [*recipients]}
        return json.dumps(known).removesuffix("}").encode() + _BEFORE

    @staticmethod
    def written(head: bytes, answer: bytes) -> bytes:
        """Return what is written when the *answer* is there; nothing looks into it before."""
        return head + answer + _AFTER

    @classmethod
    def read(cls, content: bytes) -> Self | None:
        """Read what was written, `None` when no answer came or not all of it."""
        try:
            found = json.loads(content)
            answer = found["answer"]
            shares = [_base64(share) for share in answer["keys"]]
            keys = UnsealKeys(
                vault=found["vault"], made=found["made"], threshold=found["threshold"],
                recipients=found["recipients"], shares=shares,
            )  # fmt: skip
            return cls(keys=keys, root_token=_text(answer))
        except (ValueError, KeyError, TypeError):
            return None


def _base64(share: str) -> str:
    """Return a *share*, which is in hexadecimal, as the shorter text."""
    try:
        return base64.b64encode(bytes.fromhex(share)).decode()
    except binascii.Error as error:
        raise ValueError("no share") from error


def _text(answer: Mapping[str, object]) -> str:
    token = answer["root_token"]
    if not isinstance(token, str):
        raise TypeError("no token")
    return token
