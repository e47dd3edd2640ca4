"""`/me/api/oauth2/client`."""

import datetime as dt
import secrets

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.ovh.body_of import body_of
from rehearsal.doubles.ovh.ovh_state import Client, OvhState
from rehearsal.doubles.ovh.refusals import refused
from rehearsal.doubles.request import Request

FLOWS = ("AUTHORIZATION_CODE", "CLIENT_CREDENTIALS")
CHANGEABLE: dict[str, type] = {"callbackUrls": list, "description": str, "name": str}
WHOLE: dict[str, type] = {**CHANGEABLE, "flow": str}


def client_requests(request: Request, state: OvhState, client_id: str | None) -> Answer:
    """List or make clients, or show, change or delete the one with *client_id*."""
    if client_id is None:
        if request.method == "GET":
            return Answer.of_json([*sorted(state.clients)])
        if request.method == "POST":
            return _made(request, state)
        raise refused(404, "Got an invalid (or empty) URL")
    client = state.clients.get(client_id)
    if client is None:
        raise refused(404, "This client does not exist")
    if request.method == "GET":
        return Answer.of_json(_shown(client_id, client, state))
    if request.method == "PUT":
        body = body_of(request, CHANGEABLE)
        client.name, client.description = str(body.get("name", client.name)), str(body.get("description", ""))
        client.callback_urls = _urls(body)
        return Answer.of_json(None)
    if request.method == "DELETE":
        del state.clients[client_id]
        return Answer.of_json(None)
    raise refused(404, "Got an invalid (or empty) URL")


def _made(request: Request, state: OvhState) -> Answer:
    body = body_of(request, WHOLE, required=("callbackUrls", "description", "flow", "name"))
    if body["flow"] not in FLOWS:
        raise refused(400, f"[flow] Given data is not valid: expected one of {', '.join(FLOWS)}")
    if body["flow"] == "AUTHORIZATION_CODE" and not body["callbackUrls"]:
        raise refused(400, "[callbackUrls] At least one is needed for this flow")
    client_id, secret = f"EU.{secrets.token_hex(8)}", secrets.token_hex(16)
    state.clients[client_id] = Client(
        name=str(body["name"]),
        description=str(body["description"]),
        flow=str(body["flow"]),
        callback_urls=_urls(body),
        secret=secret,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    return Answer.of_json({"clientId": client_id, "clientSecret": secret})


def _urls(body: dict[str, JsonValue]) -> list[str]:
    urls = body.get("callbackUrls", [])
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise refused(400, "[callbackUrls] Given data is not valid for type string[]")
    return [str(url) for url in urls]


def _shown(client_id: str, client: Client, state: OvhState) -> JsonValue:
    return {
        "callbackUrls": [*client.callback_urls], "clientId": client_id, "createdAt": client.created,
        "description": client.description, "flow": client.flow, "identity": state.identity(client_id),
        "name": client.name,
    }  # fmt: skip
