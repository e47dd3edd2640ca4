"""Requests to Cloudflare with the token of the environment."""

import time
from collections.abc import Mapping

import httpx

from rehearsal.standins.plain import Plain

TIMEOUT_SECONDS = 60
ATTEMPTS = 3
"""As often as the official provider's client sends a request that finds no answer."""
PASSING = frozenset({408, 409, 429})
PAUSE_SECONDS = 0.1
PAGE = 50

Answer = dict[str, Plain]


class CloudflareRefusedError(RuntimeError):
    """Cloudflare answered with an error; the text is Cloudflare's own, which names no secret."""


class CloudflareSession:
    """One client for all threads."""

    def __init__(self) -> None:
        """Wait to be told where the API is."""
        self._client: httpx.Client | None = None

    def aim(self, address: str, token: str) -> None:
        """Talk to *address* as the owner of *token* from now on."""
        self._client = httpx.Client(
            base_url=address.rstrip("/"), timeout=TIMEOUT_SECONDS, trust_env=False,
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip

    def find(self, path: str, *, headers: Mapping[str, str]) -> Answer | None:
        """Return the object at *path*, None when there is none."""
        answer = self._send("GET", path, headers=headers)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _result(answer)

    def listed(self, path: str, query: Mapping[str, str]) -> list[Answer]:
        """Return the objects of a list, all pages of it."""
        found: list[Answer] = []
        while True:
            page = str(len(found) // PAGE + 1)
            answer = self._send("GET", path, query={**query, "page": page, "per_page": str(PAGE)})
            _refuse(answer)
            shown = answer.json()["result"]
            found += shown
            if len(shown) < PAGE:
                return found

    def send(
        self, method: str, path: str, body: Mapping[str, Plain] | None = None, *, headers: Mapping[str, str]
    ) -> Answer:
        """Change something, and return the answer."""
        return _result(self._send(method, path, body=body, headers=headers))

    def delete(self, path: str, *, headers: Mapping[str, str]) -> None:
        """Remove what is at *path*; nothing there is as good."""
        answer = self._send("DELETE", path, headers=headers)
        if answer.status_code != httpx.codes.NOT_FOUND:
            _refuse(answer)

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Plain] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        if self._client is None:
            raise RuntimeError("expected the provider to be configured before it is used")
        for left in reversed(range(ATTEMPTS)):
            try:
                answer = self._client.request(method, path, params=query, json=body, headers=headers)
            except httpx.TransportError as error:
                if not left:
                    raise CloudflareRefusedError(f"{method} {path}: no answer from Cloudflare: {error!r}") from error
            else:
                passes = (
                    answer.status_code in {408, 409, 429} or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
                )
                if not left or not passes:
                    return answer
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("the last attempt returns or raises")


def _result(answer: httpx.Response) -> Answer:
    _refuse(answer)
    result = answer.json().get("result")
    return result if isinstance(result, dict) else {}


def _refuse(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        told = [f"{one['message']} ({one['code']})" for one in answer.json().get("errors") or []]
    except (ValueError, KeyError, TypeError):
        told = []
    request = answer.request
    said = "; ".join(told) or "no reason given"
    raise CloudflareRefusedError(f"{request.method} {request.url.path}: {answer.status_code}: {said}")
