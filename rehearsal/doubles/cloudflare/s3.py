"""Objects of R2, as S3 has them: each request is signed by a pair that comes from a token."""

import datetime as dt
import hashlib
import hmac
import re
from xml.sax.saxutils import escape

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.cloudflare.rights import account_key, bucket_key, current_status, may
from rehearsal.doubles.cloudflare.signature import ALGORITHM, signature
from rehearsal.doubles.cloudflare.state import Bucket, CloudflareState, Token
from rehearsal.doubles.refused_error import RefusedError
from rehearsal.doubles.request import Request

HOST = r"(?P<account>[0-9a-f]{32})(?:\.(?P<jurisdiction>eu|fedramp))?\.r2\.cloudflarestorage\.com"
AUTHORIZATION = (
    rf"{ALGORITHM} Credential=(?P<key>[0-9a-f]{{32}})/(?P<scope>\d{{8}}/(?P<region>[a-z0-9-]*)/s3/aws4_request), ?"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
REGIONS = ("auto", "us-east-1")
ALWAYS_SIGNED = {"host", "x-amz-content-sha256", "x-amz-date"}
TOLERANCE = dt.timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"
XML = {"Content-Type": "application/xml"}


def is_s3(request: Request) -> bool:
    """Tell whether *request* is for objects: its host says so."""
    return re.fullmatch(HOST, request.headers.get("host", "")) is not None


def answer_s3(request: Request, state: CloudflareState) -> Answer:
    """Answer a request for objects."""
    place = re.fullmatch(HOST, request.headers["host"])
    if place is None:
        raise _error(400, "InvalidRequest", "Not a host of R2")
    account, jurisdiction = place["account"], place["jurisdiction"] or "default"
    token = _signer(request, state)
    name, _, key = "/".join(request.segments).partition("/")
    allowed: tuple[str, ...] = ("Workers R2 Storage Bucket Item Write", "Workers R2 Storage Write")
    if request.method in {"GET", "HEAD"}:
        allowed = (*allowed, "Workers R2 Storage Bucket Item Read", "Workers R2 Storage Read")
    places = (bucket_key(account, jurisdiction, name), account_key(account))
    if token.owner not in {account, "user"} or not any(
        may(token, state, permission, place) for permission in allowed for place in places
    ):
        raise _error(403, "AccessDenied", "Access Denied")
    bucket = state.bucket(account, jurisdiction, name)
    if bucket is None:
        raise _error(404, "NoSuchBucket", "The specified bucket does not exist.")
    return _object(request, bucket, key) if key else _listed(request, bucket)


def _signer(request: Request, state: CloudflareState) -> Token:
    found = re.fullmatch(AUTHORIZATION, request.headers.get("authorization", ""))
    if found is None or found["region"] not in REGIONS:
        raise _error(400, "InvalidArgument", "Authorization")
    token = state.tokens.get(found["key"])
    if token is None or current_status(token) != "active":
        raise _error(401, "Unauthorized", "Unauthorized")
    signed = found["signed"].split(";")
    if not set(signed) >= ALWAYS_SIGNED or any(name not in request.headers for name in signed):
        raise _error(403, "SignatureDoesNotMatch", "There were headers present in the request which were not signed")
    _check_time(request.headers["x-amz-date"], found["scope"])
    digest = request.headers["x-amz-content-sha256"]
    if digest not in {UNSIGNED, hashlib.sha256(request.body).hexdigest()}:
        raise _error(400, "XAmzContentSHA256Mismatch", "The content is another than the signed one.")
    expected = signature(
        request.method, request.path, raw_query=request.raw_query, headers=request.headers, signed=signed,
        content_digest=digest, scope=found["scope"], secret=token.secret_access_key,
    )  # fmt: skip
    if not hmac.compare_digest(expected, found["signature"]):
        raise _error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
    return token


def _check_time(date: str, scope: str) -> None:
    try:
        asked = dt.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        raise _error(403, "AccessDenied", "x-amz-date is not valid") from None
    if abs(dt.datetime.now(dt.UTC) - asked) > TOLERANCE or not date.startswith(scope[:8]):
        raise _error(403, "RequestTimeTooSkewed", "The time of the request is too far away.")


def _object(request: Request, bucket: Bucket, key: str) -> Answer:
    tag = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
    if request.method == "PUT":
        bucket.objects[key] = request.body
        return Answer(headers={"ETag": f'"{tag}"'})
    if request.method == "DELETE":
        bucket.objects.pop(key, None)
        return Answer(status=204)
    if key not in bucket.objects:
        raise _error(404, "NoSuchKey", "The specified key does not exist.")
    return Answer(headers={"Content-Type": "application/octet-stream"}, body=bucket.objects[key])


def _listed(request: Request, bucket: Bucket) -> Answer:
    if request.method == "HEAD":
        return Answer()
    if request.method != "GET" or request.query.get("list-type") != "2":
        raise _error(501, "NotImplemented", "The double lists objects by version 2 alone.")
    prefix = request.query.get("prefix", "")
    keys = sorted(key for key in bucket.objects if key.startswith(prefix))
    contents = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{len(bucket.objects[key])}</Size></Contents>" for key in keys
    )
    count = f"<KeyCount>{len(keys)}</KeyCount><IsTruncated>false</IsTruncated>"
    body = f"<ListBucketResult><Name>{bucket.name}</Name>{count}{contents}</ListBucketResult>"
    return Answer(headers=XML, body=body.encode())


def _error(status: int, code: str, message: str) -> RefusedError:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return RefusedError(Answer(status=status, headers=XML, body=body.encode()))
