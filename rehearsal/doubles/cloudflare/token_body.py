"""What a request says that a token shall be, with everything refused that Cloudflare refuses."""

import datetime as dt
import re
from typing import Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from rehearsal.doubles.cloudflare.envelope import refused
from rehearsal.doubles.cloudflare.permissions import ACCOUNT, BUCKET, OF_USER, ZONE, new_id
from rehearsal.doubles.cloudflare.rights import account_key, may, moment, zone_key
from rehearsal.doubles.cloudflare.state import USER, CloudflareState, PermissionGroup, Policy, Token
from rehearsal.doubles.request import Request
from stacks.model import Model

BAD, CODE = 400, 1001
KINDS = (ZONE, BUCKET, OF_USER, ACCOUNT)
"""Longest first: a zone's name begins as an account's."""


class GroupBody(Model):
    """One permission."""

    id: str
    """Id."""
    name: str | None = None
    """Ignored."""
    meta: dict[str, JsonValue] | None = None
    """Ignored."""


class PolicyBody(Model):
    """One policy."""

    effect: Literal["allow", "deny"]
    """Allowed or denied."""
    permission_groups: list[GroupBody] = Field(min_length=1)
    """What."""
    resources: dict[str, str | dict[str, str]] = Field(min_length=1)
    """On what."""
    id: str | None = None
    """Id of a policy that the token has."""


class TokenBody(Model):
    """All of a token that can be chosen."""

    name: str = Field(min_length=1, max_length=120)
    """Name."""
    policies: list[PolicyBody] = Field(min_length=1)
    """What it may do."""
    status: Literal["active", "disabled", "expired"] | None = None
    """Whether it lives."""
    condition: dict[Literal["request_ip"], dict[Literal["in", "not_in"], list[str]]] | None = None
    """Whence it may be used."""
    expires_on: str | None = None
    """When it dies."""
    not_before: str | None = None
    """When it begins to live."""


def read_body(request: Request, state: CloudflareState, *, owner: str, asking: Token, new: bool) -> TokenBody:
    """Return what *request* says of a token of *owner*, *asking* for it; *new* when there is none yet."""
    try:
        body = TypeAdapter(TokenBody).validate_json(request.body)
    except ValidationError as error:
        raise refused(BAD, CODE, _told(error)) from None
    if new and body.status is not None:
        raise refused(BAD, CODE, "Status may not be set when a token is created")
    for text in (body.expires_on, body.not_before):
        if text is not None and not _is_moment(text):
            raise refused(BAD, CODE, "Expected a date such as 2030-01-31T00:00:00Z")
    for policy in body.policies:
        if policy.id is not None and new:
            raise refused(BAD, CODE, "Reusing existing policies is not supported by token creation")
        _check(policy, state, owner=owner, asking=asking)
    return body


def policies_of(body: TokenBody) -> list[Policy]:
    """Return the policies of *body*, with ids of their own."""
    return [
        Policy(
            id=new_id(), effect=one.effect, groups=[group.id for group in one.permission_groups],
            resources=dict(one.resources),
        )
        for one in body.policies
    ]  # fmt: skip


def condition_of(body: TokenBody) -> dict[str, dict[str, list[str]]]:
    """Return the condition of *body*, empty when there is none."""
    given = body.condition or {}
    return {str(key): {str(side): list(ranges) for side, ranges in value.items()} for key, value in given.items()}


def _check(policy: PolicyBody, state: CloudflareState, *, owner: str, asking: Token) -> None:
    kinds = {_kind(key, value, state, owner=owner) for key, value in policy.resources.items()}
    known = {group.id: group for group in state.groups}
    for given in policy.permission_groups:
        group = known.get(given.id)
        if group is None:
            raise refused(BAD, CODE, f"Permission group with id {given.id} not found")
        for kind in kinds:
            if kind not in group.scopes:
                raise refused(BAD, CODE, f'Permission group "{group.name}" is not for resources of {kind}')
        _check_common(group, policy, state, asking=asking)


def _check_common(group: PermissionGroup, policy: PolicyBody, state: CloudflareState, *, asking: Token) -> None:
    """Refuse a permission on one zone that the asking token does not have itself."""
    for zone in state.zones:
        if zone_key(zone.id) in policy.resources and not may(asking, state, group.name, zone_key(zone.id)):
            text = f'Failed common permission check against resources. (Permission group: "{group.name}")'
            raise refused(BAD, CODE, text)


def _kind(key: str, value: str | dict[str, str], state: CloudflareState, *, owner: str) -> str:
    """Return the kind of the resource *key*, which must be there and belong to *owner*."""
    kind = next((one for one in KINDS if key.startswith(f"{one}.")), None)
    if isinstance(value, dict):
        if kind != ACCOUNT or set(value) != {f"{ZONE}.*"} or set(value.values()) != {"*"}:
            raise refused(BAD, CODE, f"Resource {key} is not valid")
        kind = ZONE
    elif value != "*" or kind is None:
        raise refused(BAD, CODE, f"Resource {key} is not valid")
    elif key == f"{ZONE}.*" and owner != USER:
        raise refused(BAD, CODE, "Must nest zone under specific account resource")
    if not (key.endswith(".*") and owner == USER) and not _is_there(key, state, owner=owner):
        raise refused(BAD, CODE, f"Resource {key} is not valid")
    return kind


def _is_there(key: str, state: CloudflareState, *, owner: str) -> bool:
    accounts = [*state.accounts] if owner == USER else [owner]
    if key in {account_key(account) for account in accounts}:
        return True
    if key in {zone_key(zone.id) for zone in state.zones if zone.account in accounts}:
        return True
    # A bucket may be named before it is there.
    pattern = rf"{re.escape(BUCKET)}\.({'|'.join(accounts)})_(default|eu|fedramp)_[a-z0-9][a-z0-9-]{{1,61}}[a-z0-9]"
    return bool(re.fullmatch(pattern, key))


def _is_moment(text: str) -> bool:
    try:
        return moment(text).tzinfo is dt.UTC
    except ValueError:
        return False


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}"
