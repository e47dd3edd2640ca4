"""`/storage/v1/projects/PROJECT/hmacKeys`: keys for the S3-compatible API."""

import base64
import secrets

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.google.body_of import body_of
from rehearsal.doubles.google.google_state import GoogleState, HmacKey
from rehearsal.doubles.google.moment import moment
from rehearsal.doubles.google.page_of import page_of
from rehearsal.doubles.google.refusals import refused
from rehearsal.doubles.request import Request

MOST = 10
FIELDS = {
    "accessId": str, "etag": str, "id": str, "kind": str, "projectId": str, "selfLink": str,
    "serviceAccountEmail": str, "state": str, "timeCreated": str, "updated": str,
}  # fmt: skip


def hmac_key_requests(request: Request, state: GoogleState, access_id: str | None) -> Answer:
    """List or make keys, or show, switch or delete the one with *access_id*."""
    if access_id is None:
        return _made(request, state) if request.method == "POST" else _page(request, state)
    key = state.keys.get(access_id)
    if key is None:
        raise refused(404, f"Access ID not found in project {state.project}.")
    if request.method == "PUT":
        _switch(key, body_of(request, FIELDS))
    elif request.method == "DELETE":
        if key.state == "DELETED":
            raise refused(404, f"Access ID not found in project {state.project}.")
        if key.state != "INACTIVE":
            raise refused(400, "Cannot delete keys in 'ACTIVE' state.")
        key.state, key.updated, key.version = "DELETED", moment(), key.version + 1
        return Answer(status=204)
    elif request.method != "GET":
        raise refused(404, "Not Found")
    return Answer.of_json(_shown(access_id, key, state))


def _made(request: Request, state: GoogleState) -> Answer:
    email = request.query.get("serviceAccountEmail", "")
    account = state.accounts.get(email)
    if account is None:
        raise refused(404, f"Service Account '{email}' not found.")
    if sum(1 for key in state.keys.values() if key.email == email and key.state != "DELETED") >= MOST:
        raise refused(400, f"The maximum number of HMAC keys for the service account was reached: {MOST}.")
    access_id = f"GOOG1E{base64.b32encode(secrets.token_bytes(35)).decode()[:55]}"
    now = moment()
    secret = base64.b64encode(secrets.token_bytes(30)).decode()
    key = HmacKey(email=email, account_id=account.unique_id, secret=secret, created=now, updated=now)
    state.keys[access_id] = key
    return Answer.of_json(
        {"kind": "storage#hmacKey", "metadata": _shown(access_id, key, state), "secret": secret}
    )  # fmt: skip


def _page(request: Request, state: GoogleState) -> Answer:
    email, deleted = request.query.get("serviceAccountEmail"), request.query.get("showDeletedKeys") == "true"
    keys = [
        _shown(access_id, key, state)
        for access_id, key in sorted(state.keys.items())
        if email in {None, key.email} and (deleted or key.state != "DELETED")
    ]
    return page_of(
        request, keys, called="items", size="maxResults", most=state.page, kind="storage#hmacKeysMetadata"
    )  # fmt: skip


def _switch(key: HmacKey, body: dict[str, JsonValue]) -> None:
    if body.get("etag") not in {None, _etag(key)}:
        raise refused(412, "Precondition Failed")
    if body.get("state") not in {"ACTIVE", "INACTIVE"}:
        raise refused(400, "Invalid state. Expected ACTIVE or INACTIVE.")
    if key.state == "DELETED":
        raise refused(400, "Cannot update keys in 'DELETED' state.")
    key.state, key.updated, key.version = str(body["state"]), moment(), key.version + 1


def _shown(access_id: str, key: HmacKey, state: GoogleState) -> JsonValue:
    return {
        "kind": "storage#hmacKeyMetadata", "id": f"{state.project}/{access_id}", "accessId": access_id,
        "selfLink": f"https://www.googleapis.com/storage/v1/projects/{state.project}/hmacKeys/{access_id}",
        "projectId": state.project, "serviceAccountEmail": key.email, "state": key.state,
        "timeCreated": key.created, "updated": key.updated, "etag": _etag(key),
    }  # fmt: skip


def _etag(key: HmacKey) -> str:
    return base64.b64encode(f"M{key.version}".encode()).decode()
