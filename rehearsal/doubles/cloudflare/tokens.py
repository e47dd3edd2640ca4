"""Tokens, of the user and of accounts."""

import datetime as dt
import secrets

from pydantic import JsonValue

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.cloudflare.envelope import no_route, paged, refused, succeeded
from rehearsal.doubles.cloudflare.permissions import OF_USER, new_id
from rehearsal.doubles.cloudflare.rights import account_key, current_status, known_token, living_token, require
from rehearsal.doubles.cloudflare.state import USER, CloudflareState, Policy, Token
from rehearsal.doubles.cloudflare.token_body import condition_of, policies_of, read_body
from rehearsal.doubles.request import Request

NOT_FOUND = 404
READING: dict[bool, tuple[str, ...]] = {
    True: ("API Tokens Read", "API Tokens Write"), False: ("Account API Tokens Read", "Account API Tokens Write"),
}  # fmt: skip
WRITING: dict[bool, tuple[str, ...]] = {True: ("API Tokens Write",), False: ("Account API Tokens Write",)}


def now() -> str:
    """Return this moment as Cloudflare writes it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_value() -> str:
    """Return a value as Cloudflare's tokens have them, 40 characters."""
    return secrets.token_urlsafe(30)


def answer_tokens(request: Request, state: CloudflareState, *, owner: str, rest: tuple[str, ...]) -> Answer:
    """Answer a request below `…/tokens` of *owner*; *rest* is the rest of the path."""
    if rest == ("verify",) and request.method == "GET":
        return _verified(request, state, owner=owner)
    asking = living_token(request, state)
    is_user, reads = owner == USER, request.method == "GET"
    require(asking, state, (READING if reads else WRITING)[is_user], f"{OF_USER}.*" if is_user else account_key(owner))
    return _read(request, state, owner, rest) if reads else _written(request, state, owner, rest, asking=asking)


def _read(request: Request, state: CloudflareState, owner: str, rest: tuple[str, ...]) -> Answer:
    match rest:
        case ():
            return paged(request, [_shown(token) for token in state.tokens.values() if token.owner == owner])
        case ("permission_groups",):
            return _groups(request, state, owner=owner)
        case (token_id,):
            return succeeded(_shown(_known(state, owner, token_id)))
        case _:
            raise no_route()


def _written(request: Request, state: CloudflareState, owner: str, rest: tuple[str, ...], *, asking: Token) -> Answer:
    match (request.method, rest):
        case ("POST", ()):
            return _make(request, state, owner=owner, asking=asking)
        case ("PUT", (token_id,)):
            return _change(request, state, _known(state, owner, token_id), asking=asking)
        case ("PUT", (token_id, "value")):
            token = _known(state, owner, token_id)
            token.value = new_value()
            return succeeded(token.value)
        case ("DELETE", (token_id,)):
            del state.tokens[_known(state, owner, token_id).id]
            return succeeded({"id": token_id})
        case _:
            raise no_route()


def _verified(request: Request, state: CloudflareState, *, owner: str) -> Answer:
    token = known_token(request, state)
    if token.owner != owner:
        raise refused(401, 1000, "Invalid API Token")
    told: dict[str, JsonValue] = {"id": token.id, "status": current_status(token)}
    return succeeded({**told, **_times(token)})


def _groups(request: Request, state: CloudflareState, *, owner: str) -> Answer:
    query = request.query
    found: list[JsonValue] = [
        {"id": group.id, "name": group.name, "scopes": list(group.scopes)}
        for group in state.groups
        if query.get("name") in {None, group.name}
        and ("scope" not in query or query["scope"] in group.scopes)
        and (owner == USER or OF_USER not in group.scopes)
    ]
    return succeeded(found)


def _make(request: Request, state: CloudflareState, *, owner: str, asking: Token) -> Answer:
    body = read_body(request, state, owner=owner, asking=asking, new=True)
    token = Token(
        id=new_id(), owner=owner, name=body.name, value=new_value(), policies=policies_of(body), issued_on=now(),
        modified_on=now(), expires_on=body.expires_on, not_before=body.not_before,
        condition=condition_of(body),
    )  # fmt: skip
    state.tokens[token.id] = token
    return succeeded({**_shown(token), "value": token.value})


def _change(request: Request, state: CloudflareState, token: Token, *, asking: Token) -> Answer:
    """Put all of the token anew: what the body does not say goes back to nothing."""
    body = read_body(request, state, owner=token.owner, asking=asking, new=False)
    token.name, token.policies, token.status = body.name, policies_of(body), body.status or token.status
    token.expires_on, token.not_before, token.modified_on = body.expires_on, body.not_before, now()
    token.condition = {str(key): {str(k): v for k, v in value.items()} for key, value in (body.condition or {}).items()}
    return succeeded(_shown(token))


def _known(state: CloudflareState, owner: str, token_id: str) -> Token:
    token = state.tokens.get(token_id)
    if token is None or token.owner != owner:
        raise refused(NOT_FOUND, 1003, "Token not found")
    return token


def _shown(token: Token) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {
        "id": token.id, "name": token.name, "status": current_status(token), "issued_on": token.issued_on,
        "modified_on": token.modified_on, "policies": [_policy(policy) for policy in token.policies],
    }  # fmt: skip
    condition: JsonValue = {key: {k: list(v) for k, v in value.items()} for key, value in token.condition.items()}
    return {**shown, **_times(token), **({"condition": condition} if token.condition else {})}


def _policy(policy: Policy) -> JsonValue:
    return {
        "id": policy.id, "effect": policy.effect, "permission_groups": [{"id": group} for group in policy.groups],
        "resources": {key: value if isinstance(value, str) else dict(value) for key, value in policy.resources.items()},
    }  # fmt: skip


def _times(token: Token) -> dict[str, JsonValue]:
    times: dict[str, JsonValue] = {"expires_on": token.expires_on, "not_before": token.not_before}
    return {name: value for name, value in times.items() if value is not None}
