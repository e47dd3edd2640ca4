"""One server over HTTP: a request is sent until it has an answer, and never does a thing twice."""

import dataclasses
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import httpx

from provider.factory_error import FactoryError
from provider.http.json_types import Object
from provider.http.lost_answer_error import LostAnswerError
from provider.http.waiting import WAITS, waiting_time

TIMES = httpx.Timeout(30, connect=10)
TOO_MANY, ANY_FAULT_OF_THE_SERVER = 429, 500
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})
"""Twice is as good as once."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent."""

    method: str
    """Method."""
    path: str
    """Path below the server's address, quoted where it must be."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Headers, with what proves who we are."""
    query: Mapping[str, str] | None = None
    """What stands behind the question mark."""
    json: Object | None = None
    """Content, as JSON."""
    form: Mapping[str, str] | None = None
    """Content, as a form sends it."""
    auth: httpx.Auth | None = None
    """Who we are, where the headers do not say it."""
    secrets: Sequence[str] = ()
    """What is kept out of the text of a fault."""
    repeatable: bool | None = None
    """Whether twice is as good as once; `None` when the method says it."""

    @property
    def may_be_repeated(self) -> bool:
        """Tell whether it may be sent again when nobody knows whether it was done."""
        return self.method in REPEATABLE if self.repeatable is None else self.repeatable


class Connection:
    """The connections to one server, with the same patience for every request."""

    def __init__(  # noqa: PLR0913 - as much as there is to know of a server
        self,
        url: str,
        *,
        called: str,
        refusal: Callable[[httpx.Response, Sequence[str]], FactoryError],
        trust: ssl.SSLContext | Literal[True] = True,
        ca_setting: str = "the system",
        waits: Sequence[float] = WAITS,
        times: httpx.Timeout = TIMES,
    ) -> None:
        """Describe the server at *url*, *called* so in messages; nothing is contacted yet.

        *refusal* says what a refusal means, without the given secrets; *ca_setting* is where its authority is named.
        """
        self.url = url.rstrip("/")
        self._called = called
        self._refusal = refusal
        self._ca_setting = ca_setting
        self._waits = waits
        # Neither a proxy nor certificates from the environment: what proves us goes to this server and to no other.
        self._client = httpx.Client(base_url=self.url, verify=trust, timeout=times, trust_env=False)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._client.close()

    def exchange(self, request: Request, *, final: Callable[[httpx.Response], bool] | None = None) -> httpx.Response:
        """Send until there is an answer other than "later" and, where twice is as good as once, than a fault.

        *final* names answers that no waiting changes.
        """
        for wait in (*self._waits, None):
            fault: FactoryError
            retry_after = None
            try:
                answer = self._send(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise self._untrusted(error) from error
                fault = self._unreached(error)
            except httpx.TransportError as error:
                fault = LostAnswerError(
                    f"{self._called} at {self.url} gave no answer to {request.method} {request.path}: {error!r}"
                )
                if not request.may_be_repeated:
                    raise fault from error
            else:
                if not _later(answer) or (final is not None and final(answer)):
                    return answer
                fault = self._refusal(answer, request.secrets)
                retry_after = answer.headers.get("Retry-After")
                if answer.status_code >= ANY_FAULT_OF_THE_SERVER and not request.may_be_repeated:
                    raise LostAnswerError(str(fault))
            if wait is None:
                break
            time.sleep(waiting_time(wait, retry_after=retry_after))
        raise fault

    def _send(self, request: Request) -> httpx.Response:
        return self._client.request(
            request.method, request.path, headers=request.headers, params=request.query, json=request.json,
            data=request.form, auth=request.auth,
        )  # fmt: skip

    def _untrusted(self, error: Exception) -> FactoryError:
        return FactoryError(
            f"the certificate of {self.url} is not trusted: {error}. "
            f"Expected one of an authority in {self._ca_setting}, as PEM text"
        )

    def _unreached(self, error: Exception) -> FactoryError:
        return FactoryError(
            f"could not connect to {self._called} at {self.url}: {error}. "
            "Expected the server to answer; nothing is assumed about what it holds"
        )


def _later(answer: httpx.Response) -> bool:
    return answer.status_code == TOO_MANY or answer.status_code >= ANY_FAULT_OF_THE_SERVER
