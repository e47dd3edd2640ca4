"""`/storage/v1/b`: buckets and their properties."""

import re

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.body_of import Fields, body_of
from rehearsal.doubles.google.google_state import Bucket, GoogleState
from rehearsal.doubles.google.moment import moment
from rehearsal.doubles.google.page_of import page_of
from rehearsal.doubles.google.refusals import refused
from rehearsal.doubles.request import Request

CONDITION: Fields = {
    "age": int, "createdBefore": str, "customTimeBefore": str, "daysSinceCustomTime": int,
    "daysSinceNoncurrentTime": int, "isLive": bool, "matchesPrefix": [str], "matchesStorageClass": [str],
    "matchesSuffix": [str], "noncurrentTimeBefore": str, "numNewerVersions": int,
}  # fmt: skip
RULE: Fields = {"action": {"type": str, "storageClass": str}, "condition": CONDITION}
ACCESS: Fields = {"uniformBucketLevelAccess": {"enabled": bool}, "publicAccessPrevention": str}
PROPERTIES: Fields = {
    "iamConfiguration": ACCESS, "lifecycle": {"rule": [RULE]}, "location": str, "name": str,
    "retentionPolicy": {"retentionPeriod": str, "isLocked": bool}, "storageClass": str,
    "softDeletePolicy": {"retentionDurationSeconds": str}, "versioning": {"enabled": bool},
}  # fmt: skip
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
REGION = re.compile(r"[A-Z]+-[A-Z]+[0-9]+|US|EU|ASIA")
ACTIONS = ("AbortIncompleteMultipartUpload", "Delete", "SetStorageClass")
PREVENTIONS = ("enforced", "inherited")
DAY = 24 * 60 * 60
WINDOW = range(7 * DAY, 90 * DAY + 1)


def bucket_requests(request: Request, state: GoogleState, name: str | None) -> Answer:
    """List or make buckets, or show, change or delete the one called *name*."""
    if name is None:
        if request.query.get("project") not in {state.project, state.number}:
            raise refused(400, "Required parameter: project")
        if request.method == "POST":
            return _made(request, state)
        shown = [state.buckets[one].shown for one in sorted(state.buckets)]
        return page_of(request, [*shown], called="items", size="maxResults", most=state.page, kind="storage#buckets")
    bucket = state.buckets.get(name)
    if bucket is None:
        raise refused(404, "The specified bucket does not exist.")
    if request.method == "PATCH":
        _change(bucket, body_of(request, {key: PROPERTIES[key] for key in PROPERTIES.keys() - {"name", "location"}}))
    elif request.method == "DELETE":
        if bucket.objects or bucket.noncurrent:
            raise refused(409, "The bucket you tried to delete is not empty.")
        del state.buckets[name]
        return Answer(status=204)
    elif request.method != "GET":
        raise refused(404, "Not Found")
    return Answer.of_json(bucket.shown)


def _made(request: Request, state: GoogleState) -> Answer:
    body = body_of(request, PROPERTIES)
    name, region = str(body.get("name")), str(body.get("location", "US")).upper()
    if not NAME.fullmatch(name):
        raise refused(400, f"Invalid bucket name: '{name}'")
    if not REGION.fullmatch(region):
        raise refused(400, f"The specified location constraint is not valid: {region}")
    if name in state.buckets:
        raise refused(409, "Your previous request to create the named bucket succeeded and you already own it.")
    now = moment()
    shown: dict[str, JsonValue] = {
        "kind": "storage#bucket", "id": name, "name": name, "projectNumber": state.number, "metageneration": "0",
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}", "location": region, "locationType": "region",
        "storageClass": "STANDARD", "timeCreated": now,
        "iamConfiguration": {
            "uniformBucketLevelAccess": {"enabled": False}, "publicAccessPrevention": "inherited",
        },
        "softDeletePolicy": {"retentionDurationSeconds": str(7 * DAY), "effectiveTime": now},
    }  # fmt: skip
    bucket = Bucket(shown=shown, bindings=_first_bindings(state.project))
    _change(bucket, {key: value for key, value in body.items() if key not in {"name", "location"}})
    state.buckets[name] = bucket
    return Answer.of_json(shown)


def _first_bindings(project: str) -> list[dict[str, JsonValue]]:
    """Return what Google gives to the project's people."""
    owners: list[JsonValue] = [f"projectEditor:{project}", f"projectOwner:{project}"]
    viewers: list[JsonValue] = [f"projectViewer:{project}"]
    return [
        {"role": f"roles/storage.legacy{what}{who}", "members": members}
        for what in ("Bucket", "Object")
        for who, members in (("Owner", [*owners]), ("Reader", [*viewers]))
    ]


def _change(bucket: Bucket, body: dict[str, JsonValue]) -> None:
    """Take over what *body* says; what is null there is taken away."""
    _check(body)
    shown = bucket.shown
    for key, value in body.items():
        before = shown.get(key)
        if value is None or (key == "lifecycle" and isinstance(value, dict) and not value.get("rule")):
            shown.pop(key, None)
        elif isinstance(value, dict) and isinstance(before, dict) and key != "lifecycle":
            shown[key] = {**before, **value}
        else:
            shown[key] = value
        policy = shown.get(key)
        if key in {"softDeletePolicy", "retentionPolicy"} and isinstance(policy, dict):
            policy["effectiveTime"] = moment()
    shown["metageneration"] = str(int(str(shown["metageneration"])) + 1)
    shown["updated"] = moment()


def _check(body: dict[str, JsonValue]) -> None:
    access, lifecycle, window = (body.get(key) or {} for key in ("iamConfiguration", "lifecycle", "softDeletePolicy"))
    if isinstance(access, dict) and access.get("publicAccessPrevention", "enforced") not in PREVENTIONS:
        raise refused(400, "Invalid value for publicAccessPrevention.")
    if isinstance(window, dict) and window:
        seconds = str(window.get("retentionDurationSeconds"))
        if not seconds.isdecimal() or not (int(seconds) == 0 or int(seconds) in WINDOW):
            raise refused(400, "Soft delete policy retention duration must be zero or between 7 and 90 days.")
    rules = lifecycle.get("rule") if isinstance(lifecycle, dict) else None
    for rule in rules if isinstance(rules, list) else []:
        action = rule.get("action") if isinstance(rule, dict) else None
        condition = rule.get("condition") if isinstance(rule, dict) else None
        if not isinstance(action, dict) or action.get("type") not in ACTIONS:
            raise refused(400, "Invalid lifecycle rule: expected an action with a type.")
        if not condition:
            raise refused(400, "A lifecycle management rule must have at least one condition.")
