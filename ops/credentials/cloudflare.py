"""Cloudflare's API token, which makes the other tokens."""

from collections.abc import Iterator, Mapping, Sequence

import httpx
from pydantic import JsonValue

from ops.credentials.asking import Asking, Place
from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.given import given
from ops.credentials.unusable_error import UnusableError

VARIABLE = "CLOUDFLARE_API_TOKEN"
HOW = "docs/runbooks/credentials.md says how it is made"
TOKENS, BUCKETS, ZONES = "Account API Tokens Write", "Workers R2 Storage Write", "Zone Read"
# Neither can exist, so nothing is changed: whether the answer is "forbidden" or "not found" is what counts.
NO_TOKEN, NO_BUCKET = "0" * 32, "--"
UNAUTHORIZED, FORBIDDEN = 401, 403
MALFORMED_CODES = {6003, 6111, 9106}
PAGE = "50"


def check_cloudflare(
    place: Place, *, environment: Mapping[str, str], account: str | None, zones: Sequence[str], buckets: bool
) -> Finding:
    """Ask whether the token lives, which account it sees, and whether it may make tokens and, if needed, *buckets*."""

    def check() -> str:
        token = given(environment, VARIABLE, what=f"an API token that may make tokens: {HOW}")
        with Asking(place, called="Cloudflare") as cloudflare:
            return _Check(cloudflare, token).found(account, zones=zones, buckets=buckets)

    return examined(VARIABLE, check)


class _Check:
    def __init__(self, cloudflare: Asking, token: str) -> None:
        self._cloudflare = cloudflare
        self._headers = {"Authorization": f"Bearer {token}"}

    def found(self, account: str | None, *, zones: Sequence[str], buckets: bool) -> str:
        """Return the account that it works on."""
        self._refuse_dead()
        name, identity = self._account(account)
        probes = {TOKENS: ("PUT", f"/accounts/{identity}/tokens/{NO_TOKEN}")}
        if buckets:
            probes[BUCKETS] = ("PATCH", f"/accounts/{identity}/r2/buckets/{NO_BUCKET}")
        lacking = [right for right, (method, path) in probes.items() if self._is_forbidden(method, path)]
        if lacking:
            raise UnusableError(
                State.NO_PERMISSION, f"the token lacks the permission {', '.join(lacking)} on the account {name}",
                helps=f"edit the token: {HOW}",
            )  # fmt: skip
        absent = [zone for zone in zones if not self._results("/zones", {"name": zone})]
        if absent:
            raise UnusableError(
                State.NO_PERMISSION, f"the token does not see the zone {', '.join(absent)}",
                helps=f"give it the permission {ZONES} on all zones of {name}, or look whether the zone is there",
            )  # fmt: skip
        return f"account {name}"

    def _refuse_dead(self) -> None:
        """Stop when the token is not one that lives."""
        answer = self._ask("/user/tokens/verify")
        content = self._cloudflare.content(answer)
        if answer.status_code == UNAUTHORIZED:
            raise UnusableError(
                State.REFUSED, "Cloudflare knows no such token of a user: it was deleted, or belongs to an account",
                helps=f"make another one in your own profile: {HOW}",
            )  # fmt: skip
        if _codes(content) & MALFORMED_CODES:
            raise UnusableError(
                State.MALFORMED, f"{VARIABLE} is no API token, which has 40 characters",
                helps="export the token alone, without quotes; a global API key is something else",
            )  # fmt: skip
        told = content.get("result")
        status = told.get("status") if isinstance(told, dict) else None
        if not isinstance(told, dict) or status != "active":
            raise UnusableError(
                State.EXPIRED, f"the token is {status or 'not let in from here'}",
                helps=f"roll it, or make another one: {HOW}",
            )  # fmt: skip

    def _account(self, name: str | None) -> tuple[str, str]:
        accounts = {str(one.get("name")): str(one.get("id")) for one in self._results("/accounts", {"per_page": PAGE})}
        if name is None and len(accounts) == 1:
            return next(iter(accounts.items()))
        if name in accounts:
            return str(name), accounts[str(name)]
        seen = ", ".join(sorted(accounts)) or "none"
        wanted = f"the account {name}" if name else "one account"
        raise UnusableError(
            State.WRONG_ACCOUNT, f"expected {wanted}, the token sees: {seen}",
            helps=f"make the token for that account, or set settings.cloudflare.account: {HOW}",
        )  # fmt: skip

    def _is_forbidden(self, method: str, path: str) -> bool:
        answer = self._cloudflare.ask(method, path, headers=self._headers, json={})
        return answer.status_code == FORBIDDEN

    def _results(self, path: str, query: Mapping[str, str] | None = None) -> list[Mapping[str, JsonValue]]:
        answer = self._ask(path, query)
        content = self._cloudflare.content(answer)
        if not answer.is_success:
            raise UnusableError(
                State.NO_PERMISSION, f"Cloudflare answered {answer.status_code} to {path}: {_message(content)}",
                helps=f"give the token the rights that it needs: {HOW}",
            )  # fmt: skip
        return [*_objects(content.get("result"))]

    def _ask(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        return self._cloudflare.ask("GET", path, headers=self._headers, query=query)


def _objects(value: JsonValue) -> Iterator[Mapping[str, JsonValue]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _codes(content: Mapping[str, JsonValue]) -> set[int]:
    codes = (error.get("code") for error in _objects(content.get("errors")))
    return {code for code in codes if isinstance(code, int)}


def _message(content: Mapping[str, JsonValue]) -> str:
    return "; ".join(str(error.get("message")) for error in _objects(content.get("errors")))[:200]
