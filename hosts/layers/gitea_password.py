"""What Gitea keeps of a password."""

import dataclasses
import hashlib
import hmac

ROUNDS = 50_000
LENGTH = 50
SALT_BYTES = 16
ALGORITHM = f"pbkdf2${ROUNDS}${LENGTH}"
"""Gitea's default, spelled out: it stands beside each password, so that a later default does not matter."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeptPassword:
    """What stands in Gitea's database."""

    digest: str
    salt: str


def kept_password(password: str, *, account: str) -> KeptPassword:
    """Return what Gitea keeps of the account's password, always the same for the same two."""
    salt = hmac.digest(password.encode(), f"gitea account {account}".encode(), "sha256")[:SALT_BYTES]
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS, LENGTH)
    return KeptPassword(digest=digest.hex(), salt=salt.hex())
