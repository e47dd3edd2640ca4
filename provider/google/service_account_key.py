"""The key by which we are somebody at Google."""

import base64
import dataclasses
import json
import os
import time
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from provider.factory_error import FactoryError
from provider.guard import refuse_production

VARIABLE = "GOOGLE_CREDENTIALS"
LIFETIME_SECONDS = 3600
FIELDS = ("client_email", "private_key", "private_key_id", "token_uri")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServiceAccountKey:
    """A key of a service account, as Google gives it out in one JSON text."""

    email: str
    """Who we are."""
    key_id: str
    """Id of the key."""
    token_uri: str
    """Where an assertion is exchanged for a token."""
    private_key: rsa.RSAPrivateKey = dataclasses.field(repr=False)
    """What signs the assertion."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read the key from GOOGLE_CREDENTIALS, at the last moment; its content is in no message."""
        fields = _fields(os.environ.get(VARIABLE, "").strip())
        refuse_production({f"token_uri of {VARIABLE}": fields["token_uri"]}, os.environ)
        try:
            private = load_pem_private_key(fields["private_key"].encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise _useless("a private key as PEM text in private_key") from None
        if not isinstance(private, rsa.RSAPrivateKey):
            raise _useless("an RSA key in private_key")
        return cls(
            email=fields["client_email"],
            key_id=fields["private_key_id"],
            token_uri=fields["token_uri"],
            private_key=private,
        )

    def assertion(self, scope: str) -> str:
        """Return the signed text (RFC 7523) that asks for a token with *scope*."""
        now = int(time.time())
        claims = {
            "iss": self.email, "scope": scope, "aud": self.token_uri, "iat": now, "exp": now + LIFETIME_SECONDS,
        }  # fmt: skip
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        signature = self.private_key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encoded(signature)}"


def _fields(text: str) -> dict[str, str]:
    if not text:
        raise FactoryError(
            f"{VARIABLE} is not set. Expected the key of a service account, as JSON text; "
            f"export {VARIABLE} before the run"
        )
    try:
        content = json.loads(text)
    except ValueError:
        raise _useless("JSON text, not the name of a file") from None
    if not isinstance(content, dict) or content.get("type") != "service_account":
        raise _useless('an object with "type": "service_account"')
    missing = [field for field in FIELDS if not isinstance(content.get(field), str) or not content[field]]
    if missing:
        raise _useless(f"the field {missing[0]}")
    return {field: content[field] for field in FIELDS}


def _useless(expected: str) -> FactoryError:
    return FactoryError(
        f"{VARIABLE} is not the key of a service account: expected {expected}. "
        "Make one with `gcloud iam service-accounts keys create`"
    )


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
