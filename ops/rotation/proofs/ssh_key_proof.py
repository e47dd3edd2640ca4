"""The proof of an SSH key of an account of Gitea."""

from collections.abc import Iterator, Mapping, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from ops.rotation.proofs.needed_value import needed_value
from ops.rotation.proofs.numbered import numbered
from provider.factory_error import FactoryError
from provider.gitea.api import GiteaApi
from provider.gitea.place import quoted
from provider.http.json_types import Object


class SshKeyProof:
    """The public half of the private key is listed at the account."""

    def __init__(self, api: GiteaApi, *, user: str, purpose: str, field: str) -> None:
        """Take the private key from *field* of what is published; *purpose* is what the titles begin with."""
        self._api = api
        self._user = user
        self._purpose = purpose
        self._field = field

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether the account has the key."""
        own = self._public(values)
        return any(_plain(key) == own for key in self._listed())

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the titles of the other keys of this purpose."""
        own = self._public(values)
        return [
            str(key["title"])
            for key in self._listed()
            if numbered(self._purpose, str(key["title"])) and _plain(key) != own
        ]

    def _listed(self) -> Iterator[Object]:
        path = f"/users/{quoted(self._user)}"
        return self._api.listed(f"{path}/keys", inside=path)

    def _public(self, values: Mapping[str, str]) -> str:
        try:
            private = load_ssh_private_key(needed_value(values, self._field).encode(), password=None)
        except (ValueError, UnsupportedAlgorithm):
            # The library's own text may quote the key.
            raise FactoryError(f"expected a private key of OpenSSH in the field {self._field}") from None
        return private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _plain(key: Object) -> str:
    """Return type and content of a listed key, without its comment."""
    return " ".join(str(key["key"]).split()[:2])
