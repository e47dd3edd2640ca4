"""Gitea's HTTP API: each request is sent until it has an answer, and never does a thing twice."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import httpx

from provider.factory_error import FactoryError
from provider.gitea.address import GiteaAddress
from provider.gitea.refusal import refusal
from provider.gitea.tested_version import refuse_untested
from provider.http.connection import TIMES, Connection, Request
from provider.http.json_types import Json, Object
from provider.http.make_once import make_once
from provider.http.waiting import WAITS

PAGE = 50
"""As many as a page of Gitea holds without a change of its settings."""
NOT_FOUND, ANY_REFUSAL = 404, 300

Thing = TypeVar("Thing")


class GiteaApi:
    """One Gitea, as the user that the token belongs to."""

    def __init__(self, address: GiteaAddress, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Describe the server; nothing is contacted yet."""
        self.address = address
        self._waits = waits
        self._connection = Connection(
            address.url, called="Gitea", trust=address.trust(), waits=waits, times=times,
            ca_setting="gitea_ca of the provider `factory`",
            refusal=lambda answer, secrets: refusal(answer, secrets=secrets),
        )  # fmt: skip
        self._lock = threading.Lock()
        self._known = False

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connection.close()

    def find(self, path: str, *, inside: str | None = None) -> Object | None:
        """Return the object at *path*, `None` when there is none; *inside* is what must be visible to say so."""
        answer = self._sent("GET", path)
        if answer.status_code != NOT_FOUND:
            return self._object(answer)
        self._assure_visible(inside)
        return None

    def listed(self, path: str, *, inside: str, query: Mapping[str, str] | None = None) -> Iterator[Object]:
        """Yield the objects of a list, page by page; nothing when *inside* is gone."""
        page, seen = 1, 0
        while True:
            answer = self._sent("GET", path, query={**(query or {}), "page": str(page), "limit": str(PAGE)})
            if answer.status_code == NOT_FOUND:
                self._assure_visible(inside)
                return
            found = self._objects(answer)
            yield from found
            seen, page = seen + len(found), page + 1
            if not found or seen >= int(answer.headers.get("X-Total-Count", "0")):
                return

    def send(self, method: str, path: str, body: Object | None = None, *, secrets: Sequence[str] = ()) -> Object:
        """Change something, and return the answer; *secrets* are kept out of the text of a fault."""
        return self._object(self._sent(method, path, body=body, secrets=secrets), secrets=secrets)

    def delete(self, path: str) -> None:
        """Delete what is at *path*; fine when it is gone already."""
        answer = self._sent("DELETE", path)
        if answer.status_code != NOT_FOUND:
            self._object(answer)

    def make_once(self, find: Callable[[], Thing | None], create: Callable[[], object]) -> Thing:
        """Return what *find* finds, made by *create* when there is nothing; see `provider.http.make_once`."""
        return make_once(find, create, server=f"Gitea at {self.address.url}", waits=self._waits)

    def lets_in(self, user: str, password: str, *, path: str, form: Mapping[str, str] | None = None) -> bool:
        """Tell whether the server knows *user* by *password*, by asking for *path* or sending it a harmless *form*."""
        method = "GET" if form is None else "POST"
        # Nothing is changed by it, so it may be repeated.
        answer = self._connection.exchange(
            Request(method=method, path=path, auth=httpx.BasicAuth(user, password), form=form, repeatable=True)
        )
        if answer.status_code not in {200, 401}:
            raise refusal(answer, secrets=[password])
        return answer.status_code == 200  # noqa: PLR2004 - the code says it

    def _assure_visible(self, inside: str | None) -> None:
        """Raise when "not found" may also mean "not shown to this token": could not ask is never gone."""
        if inside is not None and self._sent("GET", inside).is_success:
            return
        myself = self._object(self._sent("GET", "/user"))
        if not myself.get("is_admin"):
            raise FactoryError(
                f"Gitea at {self.address.url} shows {inside or 'the object'} not to the user {myself.get('login')}: "
                "it may be gone or hidden. Expected a token of an administrator, or of a user who sees it"
            )

    def _sent(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Object | None = None,
        secrets: Sequence[str] = (),
    ) -> httpx.Response:
        """Send a request to the API, once its version is known."""
        with self._lock:
            if not self._known:
                version = self._object(self._connection.exchange(self._request("GET", "/version")))
                refuse_untested(str(version.get("version")), url=self.address.url)
                self._known = True
        return self._connection.exchange(self._request(method, path, query=query, body=body, secrets=secrets))

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Object | None = None,
        secrets: Sequence[str] = (),
    ) -> Request:
        headers = {"Authorization": f"token {self.address.token()}"}
        return Request(method=method, path=f"/api/v1{path}", headers=headers, query=query, json=body, secrets=secrets)

    def _json(self, answer: httpx.Response, secrets: Sequence[str]) -> Json:
        if answer.status_code >= ANY_REFUSAL:
            raise refusal(answer, secrets=secrets)
        if not answer.content:
            return {}
        try:
            content: Json = answer.json()
        except ValueError:
            raise FactoryError(f"{self.address.url} does not answer as Gitea does: expected JSON") from None
        return content

    def _object(self, answer: httpx.Response, *, secrets: Sequence[str] = ()) -> Object:
        content = self._json(answer, secrets)
        if not isinstance(content, Mapping):
            raise FactoryError(f"{self.address.url} does not answer as Gitea does: expected an object")
        return content

    def _objects(self, answer: httpx.Response) -> Sequence[Object]:
        content = self._json(answer, ())
        # A search wraps its list.
        listed = content.get("data") if isinstance(content, Mapping) else content
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            raise FactoryError(f"{self.address.url} does not answer as Gitea does: expected a list")
        return [item for item in listed if isinstance(item, Mapping)]
