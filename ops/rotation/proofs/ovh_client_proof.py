"""The proof of an OAuth2 client of OVH."""

import contextlib
import urllib.parse
from collections.abc import Mapping, Sequence

import httpx

from ops.rotation.proofs.needed_value import needed_value
from ops.rotation.proofs.numbered import numbered
from provider.factory_error import FactoryError
from provider.http.connection import Connection, Request
from provider.ovh.api import OvhApi
from provider.ovh.refusal import refusal

CLIENTS = "/me/api/oauth2/client"
UNKNOWN = frozenset({"invalid_client", "unauthorized_client"})
_LOGINS = {
    "eu.api.ovh.com": "https://www.ovh.com/auth/oauth2/token",
    "ca.api.ovh.com": "https://ca.ovh.com/auth/oauth2/token",
}


def login_address(api: str) -> str:
    """Return where a client logs in, for the *api* it belongs to."""
    place = urllib.parse.urlsplit(api)
    return _LOGINS.get(place.netloc, f"{place.scheme}://{place.netloc}/auth/oauth2/token")


class OvhClientProof:
    """A client logs in."""

    def __init__(self, api: OvhApi, *, purpose: str, id_field: str, secret_field: str) -> None:
        """Take the client from these fields of what is published; *purpose* is what its name begins with."""
        self._api = api
        self._purpose = purpose
        self._id, self._secret = id_field, secret_field
        self._login = urllib.parse.urlsplit(login_address(api.url))

    def accepts(self, values: Mapping[str, str]) -> bool:
        """Tell whether OVH lets the client in."""
        identity, secret = needed_value(values, self._id), needed_value(values, self._secret)
        connection = Connection(
            f"{self._login.scheme}://{self._login.netloc}", called="OVH's login", refusal=refusal, waits=self._api.waits
        )
        form = {
            "grant_type": "client_credentials", "client_id": identity, "client_secret": secret, "scope": "all",
        }  # fmt: skip
        with contextlib.closing(connection):
            # A token too many ends by itself.
            answer = connection.exchange(
                Request(method="POST", path=self._login.path, form=form, secrets=[secret], repeatable=True)
            )
        if answer.is_success:
            return True
        if _code(answer) in UNKNOWN:
            return False
        raise FactoryError(
            f"OVH's login answered {answer.status_code}: {_code(answer) or answer.reason_phrase}. Expected the client "
            "to be let in, or not to be known"
        )

    def others(self, values: Mapping[str, str]) -> Sequence[str]:
        """Return the ids of the other clients of this purpose."""
        own = needed_value(values, self._id)
        return [identity for identity in self._api.ids(CLIENTS) if identity != own and self._is_ours(identity)]

    def _is_ours(self, identity: str) -> bool:
        client = self._api.find(f"{CLIENTS}/{identity}")
        # One may go between the list and the question.
        return client is not None and numbered(self._purpose, str(client["name"]))


def _code(answer: httpx.Response) -> str:
    try:
        content = answer.json()
    except ValueError:
        return ""
    return str(content.get("error", "")) if isinstance(content, dict) else ""
