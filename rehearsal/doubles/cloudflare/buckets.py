"""Buckets of R2, and the switch that makes one public."""

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.cloudflare.bucket_body import BucketBody, DomainBody, read_bucket_body
from rehearsal.doubles.cloudflare.envelope import no_route, refused, succeeded
from rehearsal.doubles.cloudflare.permissions import new_id
from rehearsal.doubles.cloudflare.rights import account_key, living_token, may
from rehearsal.doubles.cloudflare.state import Bucket, CloudflareState
from rehearsal.doubles.cloudflare.tokens import now
from rehearsal.doubles.request import Request

JURISDICTIONS = ("default", "eu", "fedramp")
HEADER = "cf-r2-jurisdiction"
WITHOUT_HINT = "WEUR"
READING = ("Workers R2 Storage Read", "Workers R2 Storage Write")


def answer_buckets(request: Request, state: CloudflareState, *, account: str, rest: tuple[str, ...]) -> Answer:
    """Answer a request below `…/r2/buckets` of *account*; *rest* is the rest of the path."""
    asking = living_token(request, state)
    permissions = READING if request.method == "GET" else READING[1:]
    if not any(may(asking, state, permission, account_key(account)) for permission in permissions):
        raise refused(403, 10000, "Authentication error")
    jurisdiction = request.headers.get(HEADER, "default")
    if jurisdiction not in JURISDICTIONS:
        raise refused(400, 10040, f"{HEADER}: expected one of {', '.join(JURISDICTIONS)}")
    if not rest:
        return _all(request, state, account, jurisdiction)
    bucket = state.bucket(account, jurisdiction, rest[0])
    if bucket is None:
        raise refused(404, 10006, "The specified bucket does not exist.")
    if rest[1:] == ("domains", "managed"):
        return _domain(request, bucket)
    if rest[1:]:
        raise no_route()
    return _one(request, state, bucket)


def _all(request: Request, state: CloudflareState, account: str, jurisdiction: str) -> Answer:
    if request.method == "GET":
        found = [one for one in state.buckets if (one.account, one.jurisdiction) == (account, jurisdiction)]
        return succeeded({"buckets": [_shown(one) for one in sorted(found, key=lambda one: one.name)]})
    if request.method != "POST":
        raise no_route()
    body = read_bucket_body(request, BucketBody)
    if state.bucket(account, jurisdiction, body.name) is not None:
        raise refused(409, 10004, "The bucket you tried to create already exists, and you own it.")
    bucket = Bucket(
        name=body.name, account=account, jurisdiction=jurisdiction, storage_class=body.storageClass, created=now(),
        location=(body.locationHint or WITHOUT_HINT).upper(), public_id=new_id(),
    )  # fmt: skip
    state.buckets.append(bucket)
    return succeeded(_shown(bucket))


def _one(request: Request, state: CloudflareState, bucket: Bucket) -> Answer:
    if request.method == "PATCH":
        chosen = request.headers.get("cf-r2-storage-class")
        if chosen not in {"Standard", "InfrequentAccess"}:
            raise refused(400, 10040, "cf-r2-storage-class: expected Standard or InfrequentAccess")
        bucket.storage_class = chosen
    elif request.method == "DELETE":
        if bucket.objects:
            raise refused(409, 10008, "The bucket you tried to delete is not empty.")
        state.buckets.remove(bucket)
        return succeeded({})
    elif request.method != "GET":
        raise no_route()
    return succeeded(_shown(bucket))


def _domain(request: Request, bucket: Bucket) -> Answer:
    if request.method == "PUT":
        bucket.public = read_bucket_body(request, DomainBody).enabled
    elif request.method != "GET":
        raise no_route()
    return succeeded(
        {"bucketId": bucket.public_id, "domain": f"pub-{bucket.public_id}.r2.dev", "enabled": bucket.public}
    )


def _shown(bucket: Bucket) -> dict[str, JsonValue]:
    return {
        "name": bucket.name, "creation_date": bucket.created, "location": bucket.location,
        "storage_class": bucket.storage_class, "jurisdiction": bucket.jurisdiction,
    }  # fmt: skip
