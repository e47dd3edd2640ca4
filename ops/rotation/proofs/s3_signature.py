"""A request of S3, signed by Signature Version 4."""

import datetime as dt
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping

_ALGORITHM = "AWS4-HMAC-SHA256"
_SIGNED = ("host", "x-amz-content-sha256", "x-amz-date")
_SERVICE = "s3"


def signed_headers(  # noqa: PLR0913 - as many as there are parts that are signed
    path: str,
    query: Mapping[str, str],
    *,
    host: str,
    region: str,
    access_key: str,
    secret_key: str,
    now: dt.datetime,
) -> dict[str, str]:
    """Return the headers of a GET without content of *path*, which is quoted already, at *host*."""
    date = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": host, "x-amz-content-sha256": hashlib.sha256(b"").hexdigest(), "x-amz-date": date}
    scope = f"{date[:8]}/{region}/{_SERVICE}/aws4_request"
    lines = "".join(f"{name}:{headers[name]}\n" for name in _SIGNED)
    request = "\n".join(["GET", path, _ordered(query), lines, ";".join(_SIGNED), headers["x-amz-content-sha256"]])
    text = "\n".join([_ALGORITHM, date, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.digest(key, text.encode(), hashlib.sha256).hex()
    proof = f"{_ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={';'.join(_SIGNED)}, Signature={signature}"
    return {**headers, "authorization": proof}


def _ordered(query: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(query.items()))


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")
