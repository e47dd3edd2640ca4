"""A client of S3, as small as it can be, to try a pair of keys."""

import datetime as dt
import hashlib
import ssl
import urllib.parse
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from rehearsal.doubles.cloudflare.signature import ALGORITHM, signature

REGION = "auto"
SIGNED = ("host", "x-amz-content-sha256", "x-amz-date")


class S3Client:
    """Signs requests for one bucket with one pair of keys."""

    def __init__(  # noqa: PLR0913 - what makes a client of S3
        self,
        endpoint: str,
        *,
        bucket: str,
        access_key_id: str,
        secret_access_key: str,
        origin: str | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Ask *endpoint*; what would go there is sent to *origin* instead, if that is given."""
        self._clock = clock
        self._host = urllib.parse.urlsplit(endpoint).netloc
        self._bucket = bucket
        self._key_id = access_key_id
        self._secret = secret_access_key
        # Nothing is encrypted on the way to a double, and to load the system's authorities takes a while.
        trust = True if origin is None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx.Client(base_url=origin or endpoint, verify=trust, trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        """Keep the connection."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._client.close()

    def put(self, key: str, content: bytes) -> httpx.Response:
        """Write an object."""
        return self.send("PUT", key, content=content)

    def get(self, key: str) -> httpx.Response:
        """Read an object."""
        return self.send("GET", key)

    def delete(self, key: str) -> httpx.Response:
        """Remove an object."""
        return self.send("DELETE", key)

    def listed(self, prefix: str = "") -> httpx.Response:
        """List the objects whose keys begin with *prefix*."""
        return self.send("GET", "", query={"list-type": "2", "prefix": prefix})

    def send(
        self, method: str, key: str, *, content: bytes = b"", query: dict[str, str] | None = None
    ) -> httpx.Response:
        """Sign and send a request."""
        moment = self._clock().strftime("%Y%m%dT%H%M%SZ")
        path = urllib.parse.quote(f"/{self._bucket}/{key}" if key else f"/{self._bucket}", safe="/-_.~")
        raw_query = urllib.parse.urlencode(query or {}, quote_via=urllib.parse.quote)
        digest = hashlib.sha256(content).hexdigest()
        headers = {"host": self._host, "x-amz-content-sha256": digest, "x-amz-date": moment}
        scope = f"{moment[:8]}/{REGION}/s3/aws4_request"
        proof = signature(
            method, path, raw_query=raw_query, headers=headers, signed=SIGNED, content_digest=digest, scope=scope,
            secret=self._secret,
        )  # fmt: skip
        credential = f"Credential={self._key_id}/{scope}, SignedHeaders={';'.join(SIGNED)}, Signature={proof}"
        target = f"{path}?{raw_query}" if raw_query else path
        return self._client.request(
            method, target, content=content, headers={**headers, "Authorization": f"{ALGORITHM} {credential}"}
        )
