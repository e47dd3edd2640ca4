"""Vault's HTTP API: each request is sent until it has an answer, with a token that is still valid."""

import threading
import time
from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError
from provider.http.connection import TIMES, Connection, Request
from provider.http.json_types import Object
from provider.http.waiting import WAITS
from provider.vault.address import VaultAddress
from provider.vault.login import Token, log_in, token_of_environment
from provider.vault.refusal import is_sealed, refusal

NOT_FOUND, ANY_REFUSAL = 404, 300


class VaultSession:
    """One Vault, with the rights of a token from the environment, or of a workflow that logs in."""

    def __init__(self, address: VaultAddress, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Describe the server; nothing is contacted yet."""
        self.address = address
        self._connection = Connection(
            address.url, called="Vault", trust=address.trust(), waits=waits, times=times, refusal=refusal,
            ca_setting="vault_ca of the provider `factory`",
        )  # fmt: skip
        self._lock = threading.Lock()
        self._token: Token | None = None

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connection.close()

    def find(self, path: str) -> Object | None:
        """Return the data at *path*, `None` when there is none."""
        answer = self.answer("GET", path)
        return None if answer.status_code == NOT_FOUND else self._data(answer)

    def send(self, method: str, path: str, body: Object | None = None, *, secrets: Sequence[str] = ()) -> Object:
        """Change something, and return what Vault tells of it; *secrets* are kept out of the text of a fault.

        A lost answer is asked for again: what is changed here is as good when it is changed twice.
        """
        return self._data(self.answer(method, path, body, secrets=secrets), secrets)

    def delete(self, path: str) -> None:
        """Delete what is at *path*; fine when it is gone already."""
        answer = self.answer("DELETE", path)
        if answer.status_code != NOT_FOUND:
            self._data(answer)

    def answer(
        self, method: str, path: str, body: Object | None = None, *, secrets: Sequence[str] = ()
    ) -> httpx.Response:
        """Return Vault's answer to a request with our token, a refusal too."""
        return self._exchange(method, path, body, headers={"X-Vault-Token": self._valid_token()}, secrets=secrets)

    def answer_to_anybody(
        self, method: str, path: str, body: Object | None = None, *, secrets: Sequence[str] = ()
    ) -> httpx.Response:
        """Return Vault's answer to a request without a token, a refusal too: how it is, to log in, to unseal it."""
        return self._exchange(method, path, body, headers={}, secrets=secrets)

    def _exchange(
        self,
        method: str,
        path: str,
        body: Object | None,
        *,
        headers: Mapping[str, str],
        secrets: Sequence[str],
    ) -> httpx.Response:
        request = Request(
            method=method, path=f"/v1/{path}", headers=headers, json=body, secrets=secrets, repeatable=True
        )
        answer = self._connection.exchange(request, final=is_sealed)
        if is_sealed(answer):
            raise refusal(answer, secrets)
        return answer

    def _valid_token(self) -> str:
        """Return the token, which is asked for at the last moment; one of a login is exchanged before it dies."""
        given = token_of_environment()
        if given is not None:
            return given
        with self._lock:
            if self._token is None or time.monotonic() > self._token.good_until:
                self._token = log_in(self.address, self.answer_to_anybody)
            return self._token.value

    def _data(self, answer: httpx.Response, secrets: Sequence[str] = ()) -> Object:
        if answer.status_code >= ANY_REFUSAL:
            raise refusal(answer, secrets)
        if not answer.content:
            return {}
        try:
            content = answer.json()
        except ValueError:
            content = None
        data = content.get("data") if isinstance(content, Mapping) else None
        if not isinstance(content, Mapping) or not (data is None or isinstance(data, Mapping)):
            raise FactoryError(f"{self.address.url} does not answer as Vault does: expected JSON with data")
        return data or {}
