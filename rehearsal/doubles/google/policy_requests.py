"""`/storage/v1/b/BUCKET/iam`: who may what with a bucket."""

import base64
import json
import re

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.body_of import Fields, body_of
from rehearsal.doubles.google.conditions import checked_condition
from rehearsal.doubles.google.google_state import Bucket, GoogleState
from rehearsal.doubles.google.refusals import refused
from rehearsal.doubles.google.rights import ROLES, is_protected
from rehearsal.doubles.request import Request

FIELDS: Fields = {
    "bindings": [{"role": str, "members": [str], "condition": dict}], "etag": str, "kind": str, "resourceId": str,
    "version": int,
}  # fmt: skip
MEMBER = re.compile(
    r"allUsers|allAuthenticatedUsers|(user|group|serviceAccount|deleted:serviceAccount):[^\s@]+@\S+|domain:\S+"
    r"|project(Owner|Editor|Viewer):\S+"
)
PUBLIC = {"allUsers", "allAuthenticatedUsers"}
CONDITIONAL = 3
"""The version of a policy that has conditions; who does not ask for it is shown none of it."""


def policy_requests(request: Request, state: GoogleState, name: str) -> Answer:
    """Show or set the policy of the bucket *name*."""
    bucket = state.buckets.get(name)
    if bucket is None:
        raise refused(404, "The specified bucket does not exist.")
    if request.method == "PUT":
        _set(bucket, body_of(request, FIELDS), state)
    elif request.method != "GET":
        raise refused(404, "Not Found")
    version = CONDITIONAL if any("condition" in binding for binding in bucket.bindings) else 1
    if request.method == "GET" and version > int(request.query.get("optionsRequestedPolicyVersion", 1)):
        raise refused(400, f"The policy has conditions: expected optionsRequestedPolicyVersion={CONDITIONAL}.")
    shown: JsonValue = {
        "kind": "storage#policy", "resourceId": f"projects/_/buckets/{name}", "version": version,
        "etag": _etag(bucket),
        "bindings": [*bucket.bindings],
    }  # fmt: skip
    return Answer.of_json(shown)


def _set(bucket: Bucket, body: dict[str, JsonValue], state: GoogleState) -> None:
    if body.get("etag") not in {None, "", _etag(bucket)}:
        raise refused(412, "At least one of the pre-conditions you specified did not hold.")
    merged: dict[tuple[str, str], set[str]] = {}
    bindings = body.get("bindings") or []
    for binding in bindings if isinstance(bindings, list) else []:
        if not isinstance(binding, dict):
            continue
        role, members = str(binding.get("role")), binding.get("members")
        if role not in ROLES:
            raise refused(400, f"Role {role} is not supported for this resource.")
        condition = checked_condition(binding.get("condition"))
        if condition is not None:
            _check_conditional(bucket, version=body.get("version"))
        for member in members if isinstance(members, list) else []:
            _check_member(str(member), bucket, state)
            merged.setdefault((role, json.dumps(condition, sort_keys=True)), set()).add(str(member))
    bucket.bindings = [_binding(role, text, members=merged[role, text]) for role, text in sorted(merged)]
    bucket.policy_version += 1


def _binding(role: str, condition: str, *, members: set[str]) -> dict[str, JsonValue]:
    found: JsonValue = json.loads(condition)
    limited: dict[str, JsonValue] = {} if found is None else {"condition": found}
    return {"role": role, "members": [*sorted(members)], **limited}


def _check_conditional(bucket: Bucket, *, version: JsonValue) -> None:
    if version != CONDITIONAL:
        raise refused(400, f"Invalid argument: a policy with conditions has version {CONDITIONAL}.")
    access = bucket.shown.get("iamConfiguration")
    uniform = access.get("uniformBucketLevelAccess") if isinstance(access, dict) else None
    if not isinstance(uniform, dict) or not uniform.get("enabled"):
        raise refused(412, "Conditions need uniform bucket-level access.")


def _check_member(member: str, bucket: Bucket, state: GoogleState) -> None:
    if not MEMBER.fullmatch(member):
        raise refused(400, f"Invalid argument: the member {member} is of an unknown type.")
    if member in PUBLIC and is_protected(bucket):
        raise refused(
            412,
            "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is "
            "enforced.",
        )
    kind, _, email = member.partition(":")
    ours = kind == "serviceAccount" and email.endswith(f"@{state.project}.iam.gserviceaccount.com")
    if ours and email not in {*state.accounts, state.email}:
        raise refused(400, f"Service account {email} does not exist.")


def _etag(bucket: Bucket) -> str:
    return base64.b64encode(f"CA{bucket.policy_version}=".encode()).decode()
