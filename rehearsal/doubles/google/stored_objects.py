"""Objects, as the storage's API in JSON has them: each version has its number, and a request may insist on one."""

import base64
import email
import hashlib
import json
from email.message import Message

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.google_state import Bucket, GoogleState
from rehearsal.doubles.google.page_of import page_of
from rehearsal.doubles.google.refusals import refused
from rehearsal.doubles.request import Request

EVERYWHERE = {"alt", "prettyPrint", "projection"}
KNOWN = {
    "list": {
        "delimiter", "endOffset", "includeFoldersAsPrefixes", "includeTrailingDelimiter", "matchGlob", "maxResults",
        "pageToken", "prefix", "startOffset", "versions",
    },
    "upload": {"ifGenerationMatch", "name", "uploadType"},
    "one": {"ifGenerationMatch"},
}  # fmt: skip
"""What is asked for → parameters that are understood."""
NOT_MODELLED = ("endOffset", "matchGlob", "startOffset")
PARTS = 2


def stored_objects(request: Request, state: GoogleState, place: tuple[str, ...]) -> Answer:
    """List the objects of a bucket, or show, read, copy or delete one: *place* is the bucket, then the object."""
    name, *rest = place
    bucket = _bucket(state, name)
    match rest:
        case [] if request.method == "GET":
            return _listed(request, state, bucket, name)
        case [key] if request.method in {"GET", "DELETE"}:
            _assure_known(request, "one")
            _assure_there(bucket, key, name)
            _assure_version(request, bucket, key)
            return _removed(bucket, key) if request.method == "DELETE" else _read(request, bucket, key, name)
        case [key, "rewriteTo", "b", other, "o", copy] if request.method == "POST":
            _assure_known(request, "one")
            _assure_there(bucket, key, name)
            target = _bucket(state, other)
            target.put(copy, bucket.objects[key])
            resource = _shown(target, copy, other)
            return Answer.of_json({"kind": "storage#rewriteResponse", "done": True, "resource": resource})
    raise refused(404, "Not Found")


def uploaded(request: Request, state: GoogleState, name: str) -> Answer:
    """Take in an object: its content alone, or with its properties before it."""
    _assure_known(request, "upload")
    bucket = _bucket(state, name)
    key, content = _content(request)
    _assure_version(request, bucket, key)
    if key in bucket.objects:
        _assure_free(bucket, key)
    bucket.put(key, content)
    return Answer.of_json(_shown(bucket, key, name))


def _bucket(state: GoogleState, name: str) -> Bucket:
    bucket = state.buckets.get(name)
    if bucket is None:
        raise refused(404, "The specified bucket does not exist.")
    return bucket


def _content(request: Request) -> tuple[str, bytes]:
    kind, key = request.query.get("uploadType"), request.query.get("name", "")
    if kind == "media" and key:
        return key, request.body
    if kind != "multipart":
        raise refused(400, "Invalid upload request: expected uploadType media with a name, or multipart")
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = email.message_from_bytes(head + request.body).get_payload()
    if not isinstance(parts, list) or len(parts) != PARTS:
        raise refused(400, "Malformed multipart body.")
    properties, content = (_bytes(part) for part in parts)
    told = json.loads(properties)
    if not isinstance(told, dict) or told.get("name", key) != key or not key:
        raise refused(400, "Required parameter: name")
    return key, content


def _bytes(part: object) -> bytes:
    content = part.get_payload(decode=True) if isinstance(part, Message) else None
    if not isinstance(content, bytes):
        raise refused(400, "Malformed multipart body.")
    return content


def _listed(request: Request, state: GoogleState, bucket: Bucket, name: str) -> Answer:
    _assure_known(request, "list")
    given = next((word for word in NOT_MODELLED if request.query.get(word)), None)
    if given:
        raise refused(400, f"the double knows no {given}")
    if request.query.get("versions") == "true":
        names = [*bucket.objects, *(key for key, _ in bucket.noncurrent)]
        return Answer.of_json({"kind": "storage#objects", "items": [{"name": one} for one in sorted(names)]})
    prefix, delimiter = request.query.get("prefix", ""), request.query.get("delimiter", "")
    found = [key for key in sorted(bucket.objects) if key.startswith(prefix)]
    # What goes on behind the delimiter is told once, as a folder.
    ends = {key: key.find(delimiter, len(prefix)) if delimiter else -1 for key in found}
    items = [_shown(bucket, key, name) for key in found if ends[key] < 0]
    folders: list[JsonValue] = [*sorted({key[: end + 1] for key, end in ends.items() if end >= 0})]
    page = page_of(request, items, called="items", size="maxResults", most=state.page, kind="storage#objects")
    return Answer.of_json({**json.loads(page.body), "prefixes": folders}) if folders else page


def _read(request: Request, bucket: Bucket, key: str, name: str) -> Answer:
    if request.query.get("alt") == "media":
        return Answer(headers={"Content-Type": "application/octet-stream"}, body=bucket.objects[key])
    return Answer.of_json(_shown(bucket, key, name))


def _removed(bucket: Bucket, key: str) -> Answer:
    _assure_free(bucket, key)
    bucket.set_aside(key)
    return Answer(status=204)


def _assure_free(bucket: Bucket, key: str) -> None:
    if bucket.shown.get("retentionPolicy"):
        raise refused(403, f"Object '{key}' is subject to the bucket's retention policy and cannot be deleted.")


def _assure_known(request: Request, what: str) -> None:
    unknown = sorted(set(request.query) - KNOWN[what] - EVERYWHERE)
    if unknown:
        raise refused(400, f"the double knows no parameter {', '.join(unknown)} here")


def _assure_there(bucket: Bucket, key: str, name: str) -> None:
    if key not in bucket.objects:
        raise refused(404, f"No such object: {name}/{key}")


def _assure_version(request: Request, bucket: Bucket, key: str) -> None:
    """Refuse a request that insists on another version; 0 stands for none."""
    wanted = request.query.get("ifGenerationMatch")
    if wanted is not None and not wanted.isdecimal():
        raise refused(400, f"Invalid value for ifGenerationMatch: {wanted}")
    if wanted is not None and int(wanted) != bucket.generations.get(key, 0):
        raise refused(412, "At least one of the pre-conditions you specified did not hold.")


def _shown(bucket: Bucket, key: str, name: str) -> JsonValue:
    content = bucket.objects[key]
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return {
        "kind": "storage#object", "name": key, "bucket": name, "generation": str(bucket.generations[key]),
        "metageneration": "1", "size": str(len(content)), "md5Hash": base64.b64encode(digest).decode(),
    }  # fmt: skip
