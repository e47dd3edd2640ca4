"""Cloudflare's API, as whoever the token in CLOUDFLARE_API_TOKEN belongs to."""

import ipaddress
import os
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence

import httpx

from provider.cloudflare.refusal import refusal
from provider.factory_error import FactoryError
from provider.http.connection import TIMES, Connection, Request
from provider.http.json_types import Json, Object
from provider.http.waiting import WAITS

TOKEN_VARIABLE = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the name of the variable, not its content
PAGE = 50
NOT_FOUND = 404
NOT_BELIEVED = frozenset({400, 401, 403})
"""Answers to a token that is not known, not alive or restricted."""


class CloudflareApi:
    """The API at one address; each request is sent until it has an answer, and never does a thing twice."""

    def __init__(self, url: str, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Describe the server, `https://api.cloudflare.com/client/v4`; nothing is contacted yet."""
        _refuse_open(url)
        self.url = url.rstrip("/")
        self.waits = waits
        self._connection = Connection(self.url, called="Cloudflare", refusal=refusal, waits=waits, times=times)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connection.close()

    def find(self, path: str) -> Object | None:
        """Return the object at *path*, `None` when there is none."""
        answer = self._sent("GET", path)
        return None if answer.status_code == NOT_FOUND else self._object(answer)

    def listed(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Object]:
        """Yield the objects of a list, page by page."""
        page = 1
        while True:
            answer = self._sent("GET", path, query={**(query or {}), "page": str(page), "per_page": str(PAGE)})
            content = self._content(answer)
            found = content.get("result")
            if not isinstance(found, Sequence) or isinstance(found, str):
                raise self._odd("a list")
            yield from (item for item in found if isinstance(item, Mapping))
            if page >= _pages(content.get("result_info")):
                return
            page += 1

    def send(self, method: str, path: str, body: Object | None = None) -> Object:
        """Change something, and return the answer."""
        return self._object(self._sent(method, path, body=body))

    def delete(self, path: str) -> None:
        """Delete what is at *path*; fine when it is gone already."""
        answer = self._sent("DELETE", path)
        if answer.status_code != NOT_FOUND:
            self._content(answer)

    def id_of(self, token: str, path: str) -> str | None:
        """Return the id that *path* tells of the *token* that asks for it, `None` when it is not believed."""
        answer = self._sent("GET", path, token=token)
        if answer.status_code in NOT_BELIEVED:
            return None
        if not answer.is_success:
            raise refusal(answer, [token])
        return str(self._object(answer).get("id"))

    def _sent(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Object | None = None,
        token: str | None = None,
    ) -> httpx.Response:
        asking = token or self._token()
        return self._connection.exchange(
            Request(
                method=method, path=path, query=query, json=body, secrets=[asking],
                headers={"Authorization": f"Bearer {asking}"},
            )
        )  # fmt: skip

    def _token(self) -> str:
        """Return the token, which is asked for at the last moment and kept nowhere."""
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        if not token:
            raise FactoryError(
                f"{TOKEN_VARIABLE} is not set. Expected a token that may make tokens at {self.url}; "
                f"export {TOKEN_VARIABLE} before the run"
            )
        return token

    def _object(self, answer: httpx.Response) -> Object:
        result = self._content(answer).get("result")
        if not isinstance(result, Mapping):
            raise self._odd("an object")
        return result

    def _content(self, answer: httpx.Response) -> Object:
        if not answer.is_success:
            raise refusal(answer)
        try:
            content: Json = answer.json()
        except ValueError:
            raise self._odd("JSON") from None
        if not isinstance(content, Mapping) or content.get("success") is not True:
            raise self._odd("success")
        return content

    def _odd(self, expected: str) -> FactoryError:
        return FactoryError(f"{self.url} does not answer as Cloudflare does: expected {expected}")


def _pages(info: Json) -> int:
    """Return how many pages a list has; one that says nothing has all on one."""
    if not isinstance(info, Mapping):
        return 1
    total, size = info.get("total_count"), info.get("per_page")
    if not isinstance(total, int | float) or not isinstance(size, int | float) or size < 1:
        return 1
    return int(-(-total // size))


def _refuse_open(url: str) -> None:
    """Refuse an address to which the token would travel unencrypted; a server on this machine is none."""
    parts = urllib.parse.urlsplit(url)
    try:
        is_here = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = False
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise FactoryError(
            f"cloudflare_api: expected an address such as https://api.cloudflare.com/client/v4, found {url}"
        )
