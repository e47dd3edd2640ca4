"""The objects of one bucket of Google."""

import dataclasses
import json
import os
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import httpx

from provider.factory_error import FactoryError
from provider.google.login import Login
from provider.google.refusal import refusal
from provider.http.connection import Connection, Request
from provider.http.json_types import Object
from provider.http.waiting import WAITS

EMULATOR = "STORAGE_EMULATOR_HOST"
"""Variable by which all of Google's own clients find another storage."""
GOOGLE = "https://storage.googleapis.com"
NOT_FOUND, MOVED = 404, 412


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stored:
    """What the storage says of an object."""

    name: str
    """Its whole name."""
    generation: str
    """Number of this version."""
    digest: str
    """MD5 of its content, as the storage tells it."""


class Storage:
    """A bucket, as the service account of GOOGLE_CREDENTIALS; nothing is contacted before it is asked."""

    def __init__(
        self, bucket: str, *, environment: Mapping[str, str] = os.environ, waits: Sequence[float] = WAITS
    ) -> None:
        """Describe it."""
        other = environment.get(EMULATOR, "")
        url = (other if "://" in other else f"http://{other}") if other else GOOGLE
        self._bucket = urllib.parse.quote(bucket, safe="")
        self._connection = Connection(url, called="Google's storage", refusal=refusal, waits=waits)
        self._login = Login(waits=waits)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._connection.close()

    def listed(self, prefix: str) -> Iterator[Stored]:
        """Yield the objects whose names begin with *prefix*, by name."""
        page: Mapping[str, str] = {}
        while True:
            found = self._content(self._sent("GET", f"/storage/v1/b/{self._bucket}/o", {"prefix": prefix, **page}))
            items = found.get("items", ())
            for item in items if isinstance(items, Sequence) and not isinstance(items, str) else ():
                if isinstance(item, Mapping):
                    yield Stored(
                        name=str(item["name"]), generation=str(item["generation"]), digest=str(item.get("md5Hash", ""))
                    )
            if not found.get("nextPageToken"):
                return
            page = {"pageToken": str(found["nextPageToken"])}

    def content(self, name: str) -> bytes | None:
        """Return what the object *name* holds, `None` when there is none."""
        answer = self._sent("GET", self._at(name), {"alt": "media"})
        if answer.status_code == NOT_FOUND:
            return None
        if not answer.is_success:
            raise refusal(answer, ())
        return answer.content

    def create(self, name: str, content: Object) -> str | None:
        """Make the object *name*, and return its generation; `None` when there is one already."""
        query = {"uploadType": "media", "name": name, "ifGenerationMatch": "0"}
        answer = self._sent("POST", f"/upload/storage/v1/b/{self._bucket}/o", query, content)
        return None if answer.status_code == MOVED else str(self._content(answer)["generation"])

    def delete(self, name: str, *, generation: str) -> bool:
        """Delete the object *name* unless it is another one by now; tell whether it was this one."""
        answer = self._sent("DELETE", self._at(name), {"ifGenerationMatch": generation})
        if answer.status_code in (NOT_FOUND, MOVED):
            return False
        if not answer.is_success:
            raise refusal(answer, ())
        return True

    def _at(self, name: str) -> str:
        return f"/storage/v1/b/{self._bucket}/o/{urllib.parse.quote(name, safe='')}"

    def _sent(self, method: str, path: str, query: Mapping[str, str], body: Object | None = None) -> httpx.Response:
        token = self._login.token()
        headers = {"Authorization": f"Bearer {token}"}
        asked = Request(method=method, path=path, query=query, json=body, headers=headers, secrets=[token])
        return self._connection.exchange(asked)

    def _content(self, answer: httpx.Response) -> Object:
        if not answer.is_success:
            raise refusal(answer, ())
        try:
            content = json.loads(answer.content)
        except ValueError:
            content = None
        if not isinstance(content, Mapping):
            raise FactoryError(f"{self._connection.url} does not answer as Google's storage does: expected an object")
        return content
