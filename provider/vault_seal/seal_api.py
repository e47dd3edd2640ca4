"""The part of Vault's HTTP API that works without logging in."""

import ssl
import time
from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError
from provider.http.connection import Connection, Request
from provider.http.json_types import Json, Object
from provider.http.waiting import WAITS
from provider.vault_seal.refused_error import RefusedError, refused
from provider.vault_seal.seal_status import SealStatus

SERVE_SECONDS = 120
INIT_TIMES = httpx.Timeout(300, connect=10)
"""A slow disk is waited for: whoever gives up waiting for the keys has lost them."""
ANY_REFUSAL, FORBIDDEN = 300, 403
# Other codes than its own: they say "later" to everybody else, and to wait is our business here.
HEALTH = {"standbycode": "210", "perfstandbycode": "210", "sealedcode": "211", "uninitcode": "212"}
ACTIVE = 200


class SealApi:
    """One Vault, as everybody sees it who has no token."""

    def __init__(self, url: str, *, ca: str | None, waits: Sequence[float] = WAITS) -> None:
        """Describe the server at *url*, trusted by *ca* (PEM text) or as the system does; nothing is contacted yet."""
        if not url.startswith("https://"):
            raise FactoryError(f"url: expected an address such as https://vault.example, found {url}")
        self.url = url.rstrip("/")
        self.ca = ca
        self._waits = waits
        self._connection = self._connect()

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connection.close()

    def status(self) -> SealStatus:
        """Return how its seal is."""
        return SealStatus.read(self._asked("GET", "sys/seal-status"), url=self.url)

    def initialise(self, order: Object) -> bytes:
        """Ask for keys, once; return the answer as it came, for it must be kept before anything looks at it."""
        connection = self._connect(times=INIT_TIMES)
        try:
            answer = connection.exchange(Request(method="PUT", path="/v1/sys/init", json=order, repeatable=False))
        finally:
            connection.close()
        if answer.status_code >= ANY_REFUSAL:
            raise refused(answer, ())
        return answer.content

    def give(self, share: str) -> SealStatus:
        """Give one share; a share that was given before does not count again."""
        content = self._asked("PUT", "sys/unseal", json={"key": share}, secrets=[share])
        return SealStatus.read(content, url=self.url)

    def wait_until_it_serves(self) -> SealStatus:
        """Wait until an unsealed Vault has found out that it is the active one, and return its status."""
        deadline = time.monotonic() + SERVE_SECONDS
        while True:
            answer = self._connection.exchange(Request(method="GET", path="/v1/sys/health", query=HEALTH))
            status = self.status()
            if answer.status_code == ACTIVE and status.cluster is not None:
                return status
            if time.monotonic() > deadline:
                raise FactoryError(f"Vault at {self.url} is unsealed and does not serve within {SERVE_SECONDS} s")
            time.sleep(0.1)

    def accepts(self, token: str) -> bool:
        """Tell whether *token* is valid."""
        try:
            self.call("GET", "auth/token/lookup-self", token=token)
        except RefusedError as error:
            if error.status == FORBIDDEN:
                return False
            raise
        return True

    def call(
        self, method: str, path: str, *, token: str = "", json: Object | None = None, secrets: Sequence[str] = ()
    ) -> Object:
        """Ask for *path*, with a *token* where one is given; what changes something is sent once."""
        content = self._asked(method, path, json=json, token=token, secrets=secrets, repeatable=method == "GET")
        return content if isinstance(content, Mapping) else {}

    def _asked(  # noqa: PLR0913 - as many as a request has parts
        self,
        method: str,
        path: str,
        *,
        json: Object | None = None,
        token: str = "",
        secrets: Sequence[str] = (),
        repeatable: bool = True,
    ) -> Json:
        hidden = [*secrets, token]
        headers = {"X-Vault-Token": token} if token else {}
        answer = self._connection.exchange(
            Request(
                method=method, path=f"/v1/{path}", headers=headers, json=json, secrets=hidden, repeatable=repeatable
            )
        )
        if answer.status_code >= ANY_REFUSAL:
            raise refused(answer, hidden)
        if not answer.content:
            return {}
        try:
            content: Json = answer.json()
        except ValueError:
            raise FactoryError(f"{self.url} does not answer as Vault does: expected JSON") from None
        return content

    def _connect(self, times: httpx.Timeout | None = None) -> Connection:
        try:
            trust = ssl.create_default_context(cadata=self.ca)
        except (ssl.SSLError, ValueError) as error:
            raise FactoryError(f"ca: expected certificates as PEM text, found something else: {error}") from error
        more = {} if times is None else {"times": times}
        return Connection(
            self.url,
            called="Vault",
            refusal=refused,
            trust=trust,
            ca_setting="ca of factory:vault:Unsealed, or --ca FILE",
            waits=self._waits,
            **more,
        )
