"""OVH's API, as the application whose keys are in the environment."""

import threading
import time
from collections.abc import Mapping, Sequence

import httpx

from provider.factory_error import FactoryError
from provider.http.connection import TIMES, Connection, Request
from provider.http.json_types import Json, Object
from provider.http.waiting import WAITS
from provider.ovh.refusal import refusal
from provider.ovh.signature import OvhSignature

NOT_FOUND = 404


class OvhApi:
    """The API at one address; each request is sent until it has an answer, and never does a thing twice."""

    def __init__(self, url: str, *, waits: Sequence[float] = WAITS, times: httpx.Timeout = TIMES) -> None:
        """Describe the server, `https://eu.api.ovh.com/1.0`; nothing is contacted yet."""
        self.url = url
        self.waits = waits
        self._connection = Connection(url, called="OVH", refusal=refusal, waits=waits, times=times)
        self._lock = threading.Lock()
        self._signature: OvhSignature | None = None

    def close(self) -> None:
        """Close the connections that are kept."""
        self._connection.close()

    def find(self, path: str) -> Object | None:
        """Return the object at *path*, `None` when there is none."""
        answer = self._sent("GET", path)
        return None if answer.status_code == NOT_FOUND else self._object(answer)

    def ids(self, path: str) -> Sequence[str]:
        """Return the ids of all objects in the list at *path*."""
        content = self._json(self._sent("GET", path))
        if not isinstance(content, Sequence) or isinstance(content, str):
            raise FactoryError(f"{self.url} does not answer as OVH does: expected a list of ids at {path}")
        return [str(identity) for identity in content]

    def send(self, method: str, path: str, body: Object | None = None) -> Object:
        """Change something and return the answer, which is empty when there is nothing to say."""
        return self._object(self._sent(method, path, body))

    def delete(self, path: str) -> None:
        """Delete what is at *path*; fine when it is gone already."""
        answer = self._sent("DELETE", path)
        if answer.status_code != NOT_FOUND:
            self._json(answer)

    def _sent(self, method: str, path: str, body: Object | None = None) -> httpx.Response:
        return self._connection.exchange(Request(method=method, path=path, json=body, auth=self._signed()))

    def _signed(self) -> OvhSignature:
        with self._lock:
            if self._signature is None:
                told = self._json(self._connection.exchange(Request(method="GET", path="/auth/time")))
                if not isinstance(told, int | float):
                    raise FactoryError(f"{self.url} does not answer as OVH does: expected a number at /auth/time")
                self._signature = OvhSignature(ahead=told - time.time())
            return self._signature

    def _object(self, answer: httpx.Response) -> Object:
        content = self._json(answer)
        if content is None:
            return {}
        if not isinstance(content, Mapping):
            raise FactoryError(f"{self.url} does not answer as OVH does: expected an object")
        return content

    def _json(self, answer: httpx.Response) -> Json:
        if not answer.is_success:
            raise refusal(answer, ())
        if not answer.content:
            return None
        try:
            content: Json = answer.json()
        except ValueError:
            raise FactoryError(f"{self.url} does not answer as OVH does: expected JSON") from None
        return content
