"""Gitea's HTTP API: each request is sent until it has an answer, and never does a thing twice."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import httpx

from provider.factory_error import FactoryError
from provider.gitea.address import GiteaAddress
from provider.gitea.json_types import Json, Object
from provider.gitea.lost_answer_error import LostAnswerError
from provider.gitea.refusal import refusal
from provider.gitea.tested_version import refuse_untested
from provider.gitea.waiting import WAITS, waiting_time

TIMES = httpx.Timeout(30, connect=10)
PAGE = 50
"""As many as a page of Gitea holds without a change of its settings."""
NOT_FOUND, TOO_MANY, ANY_FAULT_OF_THE_SERVER, ANY_REFUSAL = 404, 429, 500, 300
REPEATABLE = frozenset({"GET", "PUT", "PATCH", "DELETE"})
"""Twice is as good as once."""

Thing = TypeVar("Thing")


class GiteaApi:
    """One Gitea, as the user that the token belongs to."""

    def __init__(self, address: GiteaAddress, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Describe the server; nothing is contacted yet."""
        self.address = address
        self._waits = waits
        # Neither a proxy nor certificates from the environment: the token goes to this server and to no other.
        self._client = httpx.Client(
            base_url=address.url.rstrip("/"), verify=address.trust(), timeout=times, trust_env=False
        )
        self._lock = threading.Lock()
        self._known = False

    def close(self) -> None:
        """Close the connections that are kept."""
        self._client.close()

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
        """Return what *find* finds, made by *create* when there is nothing; a lost answer is looked for, not repeated.

        Names are unique to us, not always to Gitea: to send a lost request again could make a second object.
        """
        for wait in (None, *self._waits):
            if wait is not None:
                time.sleep(wait)
            found = find()
            if found is not None:
                return found
            try:
                create()
            except LostAnswerError as error:
                lost = error
                continue
            found = find()
            if found is None:
                raise FactoryError(f"Gitea at {self.address.url} has made an object, and does not show it")
            return found
        raise lost

    def lets_in(self, user: str, password: str, *, path: str, form: Mapping[str, str] | None = None) -> bool:
        """Tell whether the server knows *user* by *password*, by asking for *path* or sending it a harmless *form*."""
        method = "GET" if form is None else "POST"
        answer = self._exchange(method, path, auth=httpx.BasicAuth(user, password), data=form)
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
                version = self._object(self._exchange("GET", "/api/v1/version", headers=self._authorized()))
                refuse_untested(str(version.get("version")), url=self.address.url)
                self._known = True
        return self._exchange(
            method, f"/api/v1{path}", headers=self._authorized(), params=query, json=body, secrets=secrets
        )

    def _authorized(self) -> Mapping[str, str]:
        return {"Authorization": f"token {self.address.token()}"}

    def _exchange(  # noqa: PLR0913 - as many as a request has parts
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Object | None = None,
        data: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        secrets: Sequence[str] = (),
    ) -> httpx.Response:
        """Send until there is an answer other than "later" and, where twice is as good as once, than a fault."""
        for wait in (*self._waits, None):
            fault: FactoryError
            retry_after = None
            try:
                answer = self._client.request(
                    method, path, headers=headers, params=params, json=json, data=data, auth=auth
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise self._untrusted(error) from error
                fault = self._unreached(error)
            except httpx.TransportError as error:
                fault = LostAnswerError(f"Gitea at {self.address.url} gave no answer to {method} {path}: {error!r}")
                if method not in REPEATABLE and auth is None:
                    raise fault from error
            else:
                if answer.status_code != TOO_MANY and answer.status_code < ANY_FAULT_OF_THE_SERVER:
                    return answer
                fault = refusal(answer, secrets=secrets)
                retry_after = answer.headers.get("Retry-After")
                if answer.status_code != TOO_MANY and method not in REPEATABLE and auth is None:
                    raise LostAnswerError(str(fault))
            if wait is None:
                break
            time.sleep(waiting_time(wait, retry_after=retry_after))
        raise fault

    def _untrusted(self, error: Exception) -> FactoryError:
        return FactoryError(
            f"the certificate of {self.address.url} is not trusted: {error}. "
            "Expected one of an authority in gitea_ca of the provider `factory`, as PEM text"
        )

    def _unreached(self, error: Exception) -> FactoryError:
        return FactoryError(
            f"could not connect to Gitea at {self.address.url}: {error}. "
            "Expected the server to answer; nothing is assumed about what it holds"
        )

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
