"""The keys by which a Gitea proves the tokens of its logins."""

import base64
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rehearsal.servers.gitea import GiteaServer

PLACE = "/login/oauth/keys"


def published_keys(gitea: GiteaServer) -> Iterator[str]:
    """Yield each key of RSA as PEM text."""
    with gitea.client() as client:
        published = client.get(f"{gitea.url}{PLACE}").raise_for_status().json()["keys"]
    for key in published:
        if key["kty"] == "RSA":
            numbers = RSAPublicNumbers(e=_number(key["e"]), n=_number(key["n"]))
            pem = numbers.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            yield pem.decode().strip()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
