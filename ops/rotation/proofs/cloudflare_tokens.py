"""The tokens of one purpose in one account of Cloudflare."""

import contextlib
from collections.abc import Sequence

import httpx

from ops.rotation.proofs.numbered import numbered
from provider.cloudflare.api import CloudflareApi
from provider.cloudflare.refusal import refusal
from provider.factory_error import FactoryError
from provider.http.connection import Connection, Request


class CloudflareTokens:
    """What Cloudflare lists under the names of one purpose, and what it says of one value."""

    def __init__(self, api: CloudflareApi, *, account: str | None, purpose: str) -> None:
        """Name the *account*, if there are several, and the *purpose*; nothing is contacted yet."""
        self._api = api
        self._wanted = account
        self._purpose = purpose
        self._account = ""

    @property
    def account(self) -> str:
        """Id of the account."""
        if not self._account:
            seen = {str(one["name"]): str(one["id"]) for one in self._api.listed("/accounts")}
            found = [identity for name, identity in seen.items() if self._wanted in {None, name}]
            if len(found) != 1:
                names = ", ".join(sorted(seen)) or "none"
                wanted = f"the account {self._wanted}" if self._wanted else "one account"
                raise FactoryError(
                    f"expected {wanted} at Cloudflare, found: {names}. settings.cloudflare.account names one"
                )
            self._account = found[0]
        return self._account

    def ids(self) -> Sequence[str]:
        """Return the ids of all tokens of the purpose."""
        listed = self._api.listed(f"/accounts/{self.account}/tokens")
        return [str(token["id"]) for token in listed if numbered(self._purpose, str(token["name"]))]

    def id_of(self, value: str) -> str | None:
        """Return the id of the token with this *value*, `None` when it is not known or lives no more."""
        connection = Connection(self._api.url, called="Cloudflare", refusal=refusal, waits=self._api.waits)
        with contextlib.closing(connection):
            answer = connection.exchange(
                Request(
                    method="GET", path=f"/accounts/{self.account}/tokens/verify", secrets=[value],
                    headers={"Authorization": f"Bearer {value}"},
                )
            )  # fmt: skip
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            return None
        if not answer.is_success:
            raise refusal(answer, [value])
        told = answer.json()["result"]
        return str(told["id"]) if told["status"] == "active" else None
