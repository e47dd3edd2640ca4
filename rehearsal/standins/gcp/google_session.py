"""Requests to Google with the key that is in the environment."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import httpx

from provider.factory_error import FactoryError
from provider.google.refusal import refusal
from provider.google.service_account_key import ServiceAccountKey
from provider.http.connection import Connection, Request
from provider.http.json_types import Object
from rehearsal.standins.plain import Plain, Properties

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# As many attempts as the official one has in as little time as a double needs.
WAITS: Sequence[float] = (0.1, 0.2, 0.4, 0.8)
TIMEOUT_SECONDS = 30
NOT_FOUND, CONFLICT = 404, 409


class GoogleConflictError(FactoryError):
    """Google has such an object already."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the APIs are."""

    storage: str
    """Storage, ending in `/storage/v1/`."""
    accounts: str
    """Service accounts, ending in `/v1/`."""
    project: str
    """Project of what names none."""


class GoogleSession:
    """One login for all threads, made when it is first needed."""

    def __init__(self) -> None:
        """Wait for a target."""
        self._target: Target | None = None
        self._token = ""
        self._connections: dict[str, Connection] = {}
        self._lock = threading.RLock()

    def aim(self, target: Target) -> None:
        """Talk to *target* from now on."""
        with self._lock:
            self._target, self._token = target, ""

    @property
    def target(self) -> Target:
        """Return where the APIs are."""
        if self._target is None:
            raise RuntimeError("expected the provider to be configured before it is used")
        return self._target

    def of_storage(
        self, method: str, path: str, *, body: Mapping[str, Plain] | None = None, query: Mapping[str, str] | None = None
    ) -> Properties | None:
        """Ask the storage's API; return the answer, `None` when there is nothing at *path*."""
        return self._asked(self.target.storage, method, path, body=body, query=query)

    def of_accounts(self, method: str, path: str, *, body: Mapping[str, Plain] | None = None) -> Properties | None:
        """Ask the API of service accounts; return the answer, `None` when there is nothing at *path*."""
        return self._asked(self.target.accounts, method, path, body=body, query=None)

    def _asked(
        self, base: str, method: str, path: str, *, body: Mapping[str, Plain] | None, query: Mapping[str, str] | None
    ) -> Properties | None:
        answer = self._exchange(base + path, method, token=self._let_in(), body=body, query=query)
        if answer.status_code == NOT_FOUND:
            return None
        if answer.status_code == CONFLICT:
            raise GoogleConflictError(str(refusal(answer, ())))
        if not answer.is_success:
            raise refusal(answer, ())
        content: Properties = answer.json() if answer.content else {}
        return content

    def _let_in(self) -> str:
        with self._lock:
            if not self._token:
                key = ServiceAccountKey.from_environment()
                form = {"grant_type": GRANT, "assertion": key.assertion(SCOPE)}
                answer = self._exchange(key.token_uri, "POST", form=form)
                if not answer.is_success:
                    raise refusal(answer, [form["assertion"]])
                self._token = str(answer.json()["access_token"])
            return self._token

    def _exchange(  # noqa: PLR0913 - as many as a request has parts
        self,
        url: str,
        method: str,
        *,
        token: str = "",
        body: Mapping[str, Plain] | None = None,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send, and as the official one send again whatever was lost, whether it was done or not."""
        place = httpx.URL(url)
        request = Request(
            method=method, path=place.raw_path.decode(), query=query, form=form, secrets=[token], repeatable=True,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            # Nothing unknown is ever sent: an apply waits for all values.
            json=cast("Object | None", body),
        )  # fmt: skip
        return self._connection(str(place.copy_with(raw_path=b"/"))).exchange(request)

    def _connection(self, origin: str) -> Connection:
        with self._lock:
            if origin not in self._connections:
                self._connections[origin] = Connection(
                    origin, called="Google", refusal=refusal, waits=WAITS, times=httpx.Timeout(TIMEOUT_SECONDS)
                )
            return self._connections[origin]
