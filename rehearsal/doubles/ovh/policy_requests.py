"""`/v2/iam/policy`."""

import datetime as dt
import re
import uuid

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.ovh.body_of import body_of
from rehearsal.doubles.ovh.ovh_state import OvhState
from rehearsal.doubles.ovh.refusals import refused
from rehearsal.doubles.request import Request

WHOLE: dict[str, type] = {
    "conditions": dict, "description": str, "expiredAt": str, "identities": list, "name": str, "permissions": dict,
    "permissionsGroups": list, "resources": list,
}  # fmt: skip
RIGHTS = ("allow", "deny", "except")
ACTION = re.compile(r"[A-Za-z]+:[a-z]+:[A-Za-z0-9/*]+|\*")
URN = re.compile(r"urn:v1:(eu|ca|us):[a-zA-Z]+:\S+")
LARGEST_PAGE = 100


def policy_requests(request: Request, state: OvhState, policy_id: str | None) -> Answer:
    """List or make policies, or show, change or delete the one with *policy_id*."""
    if policy_id is None:
        if request.method == "GET":
            return _page(request, state)
        if request.method == "POST":
            policy_id = str(uuid.uuid4())
            state.policies[policy_id] = _written(request, state, policy_id)
            return Answer.of_json(state.policies[policy_id])
        raise refused(404, "Got an invalid (or empty) URL")
    if policy_id not in state.policies:
        raise refused(404, f"Policy {policy_id} not found")
    if request.method == "PUT":
        state.policies[policy_id] = _written(request, state, policy_id)
    elif request.method == "DELETE":
        del state.policies[policy_id]
        return Answer(status=200)
    elif request.method != "GET":
        raise refused(404, "Got an invalid (or empty) URL")
    return Answer.of_json(state.policies[policy_id])


def _page(request: Request, state: OvhState) -> Answer:
    told = request.headers.get("x-pagination-size", str(LARGEST_PAGE))
    cursor = request.headers.get("x-pagination-cursor", "0")
    if not told.isdecimal() or not 0 < int(told) <= LARGEST_PAGE or not cursor.isdecimal():
        raise refused(400, "Invalid pagination headers")
    start, end = int(cursor), int(cursor) + int(told)
    policies: list[JsonValue] = [state.policies[one] for one in sorted(state.policies)]
    headers = {"X-Pagination-Cursor-Next": str(end)} if end < len(policies) else {}
    return Answer.of_json(policies[start:end], headers=headers)


def _written(request: Request, state: OvhState, policy_id: str) -> dict[str, JsonValue]:
    body = body_of(request, WHOLE, required=("identities", "name", "permissions", "resources"))
    before = state.policies.get(policy_id, {})
    if any(one["name"] == body["name"] for other, one in state.policies.items() if other != policy_id):
        raise refused(409, f"A policy with the name {body['name']} already exists")
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown: dict[str, JsonValue] = {
        "id": policy_id,
        "owner": state.account,
        "name": body["name"],
        "readOnly": False,
        "identities": _identities(body, state),
        "resources": _urns(body.get("resources"), "resources"),
        "permissions": _permissions(body["permissions"]),
        "permissionsGroups": _urns(body.get("permissionsGroups") or [], "permissionsGroups"),
        "createdAt": before.get("createdAt", now),
    }
    for optional in ("description", "conditions", "expiredAt"):
        if body.get(optional):
            shown[optional] = body[optional]
    if before:
        shown["updatedAt"] = now
    return shown


def _identities(body: dict[str, JsonValue], state: OvhState) -> list[JsonValue]:
    identities = body["identities"]
    known = {state.owner(), *(state.identity(client_id) for client_id in state.clients)}
    for identity in identities if isinstance(identities, list) else []:
        if not isinstance(identity, str) or not URN.fullmatch(identity):
            raise refused(400, "[identities] Given data is not a valid URN")
        if identity not in known:
            raise refused(400, f"[identities] {identity} does not exist")
    return [*identities] if isinstance(identities, list) else []


def _urns(given: JsonValue, name: str) -> list[JsonValue]:
    found: list[JsonValue] = []
    for one in given if isinstance(given, list) else []:
        urn = one.get("urn") if isinstance(one, dict) and one.keys() == {"urn"} else None
        if not isinstance(urn, str) or not URN.fullmatch(urn):
            raise refused(400, f"[{name}] Given data is not a valid list of URNs")
        found.append({"urn": urn})
    if name == "resources" and not found:
        raise refused(400, "[resources] At least one is needed")
    return found


def _permissions(given: JsonValue) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {}
    for right, actions in given.items() if isinstance(given, dict) else ():
        if right not in RIGHTS:
            raise refused(400, f"[permissions.{right}] Unknown parameter")
        # The official provider sends null for an empty list.
        listed = actions or []
        if not isinstance(listed, list):
            raise refused(400, f"[permissions.{right}] Given data is not a list")
        named = [one.get("action") if isinstance(one, dict) else None for one in listed]
        if any(not isinstance(action, str) or not ACTION.fullmatch(action) for action in named):
            raise refused(400, f"[permissions.{right}] Unknown action")
        if named:
            shown[right] = [{"action": action} for action in sorted(str(action) for action in named)]
    return shown
