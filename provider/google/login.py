"""Tokens for one key, as long as they last."""

import threading
import time
import urllib.parse
from collections.abc import Sequence

import httpx

from provider.factory_error import FactoryError
from provider.google.refusal import refusal
from provider.google.service_account_key import VARIABLE, ServiceAccountKey
from provider.http.connection import TIMES, Connection, Request
from provider.http.waiting import WAITS

SCOPE = "https://www.googleapis.com/auth/devstorage.full_control"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SPARE_SECONDS = 300


class Login:
    """The token of the service account in GOOGLE_CREDENTIALS, asked for when it is first needed."""

    def __init__(self, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Contact nothing yet."""
        self._waits, self._times = waits, times
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def token(self) -> str:
        """Return a token that lasts for the next minutes."""
        with self._lock:
            if time.monotonic() > self._ends - SPARE_SECONDS:
                self._token, seconds = self._exchanged(ServiceAccountKey.from_environment())
                self._ends = time.monotonic() + seconds
            return self._token

    def _exchanged(self, key: ServiceAccountKey) -> tuple[str, float]:
        assertion = key.assertion(SCOPE)
        place = urllib.parse.urlsplit(key.token_uri)
        connection = Connection(
            f"{place.scheme}://{place.netloc}", called="Google's login", refusal=refusal, waits=self._waits,
            times=self._times,
        )  # fmt: skip
        try:
            # A token too many ends by itself.
            asked = Request(
                method="POST", path=place.path or "/", form={"grant_type": GRANT, "assertion": assertion},
                secrets=[assertion], repeatable=True,
            )  # fmt: skip
            answer = connection.exchange(asked)
        finally:
            connection.close()
        if not answer.is_success:
            fault = refusal(answer, [assertion])
            raise FactoryError(f"{fault}. Expected {VARIABLE} to hold a key that {key.email} still has")
        try:
            told = answer.json()
            return str(told["access_token"]), float(told["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise FactoryError(
                f"{key.token_uri} does not answer as Google's login does: expected access_token and expires_in"
            ) from None
