"""A digest that tells whether two secrets are the same, and nothing else of them."""

import hashlib
import hmac
import secrets

_METHOD = "hmac-sha256"
_SALT_BYTES = 16


def secret_digest(value: str, salt: str | None = None) -> str:
    """Return `hmac-sha256:<salt>:<digest>`, both in hexadecimal, with a new salt unless one is given."""
    used = salt or secrets.token_hex(_SALT_BYTES)
    return f"{_METHOD}:{used}:{hmac.digest(bytes.fromhex(used), value.encode(), hashlib.sha256).hex()}"
