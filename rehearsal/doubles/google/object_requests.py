"""Objects, as the S3-compatible API has them: each request is signed by a key, or comes from everybody."""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.cloudflare.signature import ALGORITHM, signature
from rehearsal.doubles.google.google_state import Bucket, GoogleState
from rehearsal.doubles.google.refusals import object_refused
from rehearsal.doubles.google.rights import DELETE, LIST, READ, WRITE, may
from rehearsal.doubles.request import Request

AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>GOOG1E[A-Z0-9]{{55}})/(?P<scope>\d{{8}}/[a-z0-9-]+/s3/aws4_request), ?"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
ALWAYS_SIGNED = {"host", "x-amz-content-sha256", "x-amz-date"}
UNSIGNED = "UNSIGNED-PAYLOAD"
TOLERANCE = dt.timedelta(minutes=15)
XML = {"Content-Type": "application/xml; charset=UTF-8"}
PAGE = 1000
RIGHTS = {"PUT": WRITE, "DELETE": DELETE}


def object_requests(request: Request, state: GoogleState) -> Answer:
    """Read, write, list or remove objects, for who may."""
    email = _signer(request, state)
    name, _, key = "/".join(request.segments).partition("/")
    bucket = state.buckets.get(name)
    if bucket is None:
        raise object_refused(404, "NoSuchBucket", "The specified bucket does not exist.")
    resource = f"projects/_/buckets/{name}/objects/{key}" if key else f"projects/_/buckets/{name}"
    for right in _needed(request, bucket, key):
        if not (state.is_open and right == READ) and not may(bucket, email, right, resource=resource):
            who = email or "Anonymous caller"
            raise object_refused(403, "AccessDenied", f"Access denied. {who} lacks storage.objects.{right}.")
    if not key:
        return _listed(request, bucket, name)
    if request.method == "PUT":
        _assure_free(bucket, key)
        bucket.put(key, request.body)
        return Answer(headers={"ETag": f'"{hashlib.md5(request.body, usedforsecurity=False).hexdigest()}"'})
    if key not in bucket.objects:
        raise object_refused(404, "NoSuchKey", "The specified key does not exist.")
    if request.method == "DELETE":
        _assure_free(bucket, key)
        bucket.set_aside(key)
        return Answer(status=204)
    return Answer(headers={"Content-Type": "application/octet-stream"}, body=bucket.objects[key])


def _needed(request: Request, bucket: Bucket, key: str) -> Sequence[str]:
    """Return the rights that *request* needs: to write over an object is to delete it as well."""
    right = RIGHTS.get(request.method, READ if key else LIST)
    return (right, DELETE) if right == WRITE and key in bucket.objects else (right,)


def _signer(request: Request, state: GoogleState) -> str | None:
    """Return the account whose key signed *request*, `None` when nobody did."""
    told = request.headers.get("authorization")
    if told is None:
        return None
    found = AUTHORIZATION.fullmatch(told)
    if found is None:
        raise object_refused(400, "InvalidArgument", "Invalid argument: Authorization")
    key = state.keys.get(found["key"])
    account = state.accounts.get(key.email) if key is not None else None
    alive = account is not None and not account.disabled
    if key is None or account is None or not alive or key.state != "ACTIVE" or key.account_id != account.unique_id:
        raise object_refused(403, "InvalidAccessKeyId", "The access key ID you provided does not exist in our records.")
    signed = found["signed"].split(";")
    if not set(signed) >= ALWAYS_SIGNED or any(name not in request.headers for name in signed):
        raise object_refused(403, "SignatureDoesNotMatch", "Access denied.")
    _check_time(request.headers["x-amz-date"], found["scope"])
    digest = request.headers["x-amz-content-sha256"]
    if digest not in {UNSIGNED, hashlib.sha256(request.body).hexdigest()}:
        raise object_refused(400, "XAmzContentSHA256Mismatch", "The provided content does not match its digest.")
    expected = signature(
        request.method, request.path, raw_query=request.raw_query, headers=request.headers, signed=signed,
        content_digest=digest, scope=found["scope"], secret=key.secret,
    )  # fmt: skip
    if not hmac.compare_digest(expected, found["signature"]):
        raise object_refused(403, "SignatureDoesNotMatch", "Access denied.")
    return key.email


def _check_time(date: str, scope: str) -> None:
    try:
        asked = dt.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        raise object_refused(403, "AccessDenied", "Access denied.") from None
    if abs(dt.datetime.now(dt.UTC) - asked) > TOLERANCE or not date.startswith(scope[:8]):
        raise object_refused(403, "RequestTimeTooSkewed", "The difference between the times is too large.")


def _assure_free(bucket: Bucket, key: str) -> None:
    """Refuse to change what a retention policy keeps."""
    if key in bucket.objects and bucket.shown.get("retentionPolicy"):
        raise object_refused(
            403, "AccessDenied", f"Object '{key}' is subject to the bucket's retention policy and cannot be deleted."
        )


def _listed(request: Request, bucket: Bucket, name: str) -> Answer:
    if request.method == "HEAD":
        return Answer()
    if request.method != "GET":
        raise object_refused(405, "MethodNotAllowed", "The specified method is not allowed.")
    prefix, start = request.query.get("prefix", ""), request.query.get("continuation-token", "")
    size = min(int(request.query.get("max-keys", PAGE)), PAGE)
    keys = sorted(key for key in bucket.objects if key.startswith(prefix) and key > start)
    page = keys[:size]
    contents = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{len(bucket.objects[key])}</Size></Contents>" for key in page
    )
    more = len(keys) > len(page)
    rest = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
    count = f"<KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>{rest}"
    body = f"<ListBucketResult><Name>{name}</Name>{count}{contents}</ListBucketResult>"
    return Answer(headers=XML, body=body.encode())
