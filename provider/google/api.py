"""Google's storage API in JSON, as the service account of GOOGLE_CREDENTIALS."""

from collections.abc import Iterator, Mapping, Sequence

import httpx

from provider.factory_error import FactoryError
from provider.google.login import Login
from provider.google.refusal import refusal
from provider.http.connection import TIMES, Connection, Request
from provider.http.json_types import Object
from provider.http.waiting import WAITS

NOT_FOUND = 404


class GoogleApi:
    """The API at one address; each request is sent until it has an answer, and never does a thing twice."""

    def __init__(self, url: str, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Describe the server, `https://storage.googleapis.com`; nothing is contacted yet."""
        self.url = url
        self.waits = waits
        self._connection = Connection(url, called="Google", refusal=refusal, waits=waits, times=times)
        self._login = Login(waits=waits, times=times)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connection.close()

    def find(self, path: str) -> Object | None:
        """Return the object at *path*, `None` when there is none."""
        answer = self._sent("GET", path)
        return None if answer.status_code == NOT_FOUND else self._object(answer)

    def listed(self, path: str, *, query: Mapping[str, str]) -> Iterator[Object]:
        """Yield the objects of a list, page by page; nothing when what they belong to is gone."""
        page: Mapping[str, str] = {}
        while True:
            answer = self._sent("GET", path, query={**query, **page})
            if answer.status_code == NOT_FOUND:
                return
            content = self._object(answer)
            items = content.get("items", [])
            if isinstance(items, Sequence) and not isinstance(items, str):
                yield from (item for item in items if isinstance(item, Mapping))
            token = content.get("nextPageToken")
            if not token:
                return
            page = {"pageToken": str(token)}

    def send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Object | None = None
    ) -> Object | None:
        """Change something and return the answer, `None` when there is nothing at *path*."""
        answer = self._sent(method, path, query=query, body=body)
        return None if answer.status_code == NOT_FOUND else self._object(answer)

    def _sent(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Object | None = None
    ) -> httpx.Response:
        token = self._login.token()
        return self._connection.exchange(
            Request(
                method=method, path=f"/storage/v1{path}", query=query, json=body, secrets=[token],
                headers={"Authorization": f"Bearer {token}"},
            )
        )  # fmt: skip

    def _object(self, answer: httpx.Response) -> Object:
        if not answer.is_success:
            raise refusal(answer, ())
        if not answer.content:
            return {}
        try:
            content = answer.json()
        except ValueError:
            content = None
        if not isinstance(content, Mapping):
            raise FactoryError(f"{self.url} does not answer as Google's storage does: expected an object in JSON")
        return content
