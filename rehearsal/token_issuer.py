"""Signed tokens as a forge gives them to its jobs, from a key of our own."""

import base64
import copy
import json
import secrets
import time
from collections.abc import Mapping
from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_BITS = 2048
LIFETIME_SECONDS = 300


class TokenIssuer:
    """An issuer whose key lives as long as this object."""

    def __init__(self, issuer: str) -> None:
        """Make a key for *issuer*."""
        self.issuer = issuer
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)

    def named(self, issuer: str) -> Self:
        """Return one that says it is *issuer* and signs with the same key."""
        other = copy.copy(self)
        other.issuer = issuer
        return other

    @property
    def public_key(self) -> str:
        """What proves its tokens, as PEM text."""
        public = self._key.public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return public.public_bytes(serialization.Encoding.PEM, form).decode().strip()

    def token(self, *, audience: str, claims: Mapping[str, object], lifetime: int = LIFETIME_SECONDS) -> str:
        """Return a token for *audience* that says *claims* and dies after *lifetime* seconds."""
        now = int(time.time())
        content = {
            "iss": self.issuer, "aud": audience, "iat": now, "nbf": now, "exp": now + lifetime,
            "jti": secrets.token_hex(8), **claims,
        }  # fmt: skip
        signed = ".".join(_packed(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, content))
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_packed(signature)}"


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
