"""The password of one host, from the one that was generated for all."""

import hashlib
import hmac


def derived_password(secret: str, *, host: str) -> str:
    """Return what *host* alone is given; it leads to no other host's."""
    return hmac.digest(secret.encode(), f"factory backup {host}".encode(), hashlib.sha256).hex()
