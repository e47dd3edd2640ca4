"""Who asks, and what they may do."""

import datetime as dt
import re

from rehearsal.doubles.cloudflare.envelope import refused
from rehearsal.doubles.cloudflare.permissions import ACCOUNT, BUCKET, ZONE
from rehearsal.doubles.cloudflare.state import USER, CloudflareState, Policy, Token
from rehearsal.doubles.request import Request

TOKEN_SHAPE = r"[A-Za-z0-9_-]{40}"  # noqa: S105 - what it looks like


def known_token(request: Request, state: CloudflareState) -> Token:
    """Return the token that *request* comes with, whatever its status."""
    if "authorization" not in request.headers:
        raise refused(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
    if not re.fullmatch(TOKEN_SHAPE, request.bearer):
        raise refused(400, 6003, "Invalid request headers")
    for token in state.tokens.values():
        if token.value == request.bearer:
            return token
    raise refused(401, 1000, "Invalid API Token")


def living_token(request: Request, state: CloudflareState) -> Token:
    """Return the token that *request* comes with."""
    token = known_token(request, state)
    if current_status(token) != "active" or token.condition:
        raise refused(403, 9109, "Invalid access token")
    return token


def current_status(token: Token) -> str:
    """Return the status of *token* now."""
    dead = token.expires_on is not None and moment(token.expires_on) <= dt.datetime.now(dt.UTC)
    return "expired" if dead else token.status


def moment(text: str) -> dt.datetime:
    """Read a moment as Cloudflare writes it."""
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)


def may(token: Token, state: CloudflareState, permission: str, resource: str) -> bool:
    """Tell whether *token* has *permission* on *resource*."""
    found = {policy.effect for policy in token.policies if _has(policy, state, permission, resource)}
    return found == {"allow"}


def require(token: Token, state: CloudflareState, permissions: tuple[str, ...], resource: str) -> None:
    """Refuse when *token* has none of *permissions* on *resource*."""
    if not any(may(token, state, permission, resource) for permission in permissions):
        raise refused(403, 9109, "Unauthorized to access requested resource")


def account_key(account: str) -> str:
    """Return the name of an account in a policy."""
    return f"{ACCOUNT}.{account}"


def zone_key(zone: str) -> str:
    """Return the name of a zone in a policy."""
    return f"{ZONE}.{zone}"


def bucket_key(account: str, jurisdiction: str, bucket: str) -> str:
    """Return the name of a bucket in a policy."""
    return f"{BUCKET}.{account}_{jurisdiction}_{bucket}"


def visible_accounts(token: Token, state: CloudflareState) -> list[str]:
    """Return the ids of the accounts that *token* has anything to do with."""
    if token.owner != USER:
        return [token.owner]
    named = " ".join(str(policy.resources) for policy in token.policies if policy.effect == "allow")
    return [
        account
        for account in state.accounts
        if account in named
        or f"{ACCOUNT}.*" in named
        or any(z.id in named for z in state.zones if z.account == account)
    ]


def _has(policy: Policy, state: CloudflareState, permission: str, resource: str) -> bool:
    names = {group.name for group in state.groups if group.id in policy.groups}
    if permission not in names:
        return False
    everything = f"{resource.rpartition('.')[0]}.*"
    for key, value in policy.resources.items():
        if key in {resource, everything} and value == "*":
            return True
        # All zones of one account are written below it.
        if isinstance(value, dict) and (
            resource in value or (everything in value and _is_inside(key, resource, state))
        ):
            return True
    return False


def _is_inside(account: str, resource: str, state: CloudflareState) -> bool:
    return any(zone_key(zone.id) == resource and account_key(zone.account) == account for zone in state.zones)
