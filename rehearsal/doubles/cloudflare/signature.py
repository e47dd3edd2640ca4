"""Signature Version 4, by which S3 knows who asks."""

import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping, Sequence

ALGORITHM = "AWS4-HMAC-SHA256"


def signature(  # noqa: PLR0913 - as many as there are parts that are signed
    method: str,
    path: str,
    *,
    raw_query: str,
    headers: Mapping[str, str],
    signed: Sequence[str],
    content_digest: str,
    scope: str,
    secret: str,
) -> str:
    """Return the signature of a request.

    *path* is as it is sent, names of *headers* are in lower case, *scope* is `date/region/service/aws4_request`.
    """
    lines = [f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(signed)]
    canonical = "\n".join([method, path, _ordered(raw_query), "".join(lines), ";".join(sorted(signed)), content_digest])
    text = "\n".join([ALGORITHM, headers["x-amz-date"], scope, _digest(canonical)])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _ordered(raw_query: str) -> str:
    pairs = urllib.parse.parse_qsl(raw_query, keep_blank_values=True)
    quoted = [(urllib.parse.quote(key, safe="-_.~"), urllib.parse.quote(value, safe="-_.~")) for key, value in pairs]
    return "&".join(f"{key}={value}" for key, value in sorted(quoted))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
