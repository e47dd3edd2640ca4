"""The three keys of the OVH application."""

import os
from collections.abc import Sequence

import httpx

from ops.credentials.asking import Asking, Place
from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.given import given
from ops.credentials.unusable_error import UnusableError
from provider.ovh.signature import APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY, OvhSignature

NAME = f"{APPLICATION_KEY}, {APPLICATION_SECRET}, {CONSUMER_KEY}"
CLIENTS = "/me/api/oauth2/client"
HOW = "docs/runbooks/credentials.md says how it is made"
NOT_FOUND = 404
_VARIABLES = {
    APPLICATION_KEY: "the key of an application",
    APPLICATION_SECRET: "the secret of that application",
    CONSUMER_KEY: "the consumer key that the account's owner validated for it",
}
_MEANINGS = {
    "INVALID_KEY": (State.REFUSED, f"{APPLICATION_KEY} is not known at this endpoint", f"make an application: {HOW}"),
    "INVALID_CREDENTIAL": (
        State.EXPIRED, f"{CONSUMER_KEY} is not valid, or no longer, or of another application",
        f"validate another one: {HOW}",
    ),
    "NOT_CREDENTIAL": (State.EXPIRED, f"{CONSUMER_KEY} was never validated", f"open its validation page: {HOW}"),
    "INVALID_SIGNATURE": (
        State.REFUSED, f"{APPLICATION_SECRET} does not belong to {APPLICATION_KEY}", "export both of one application",
    ),
    "QUERY_TIME_OUT": (State.CLOCK, "OVH finds the request too old or too new", "set this machine's clock"),
    "NOT_GRANTED_CALL": (
        State.NO_PERMISSION, f"{CONSUMER_KEY} may not see the OAuth2 clients",
        f"validate one with GET, POST, PUT and DELETE on {CLIENTS} and {CLIENTS}/*: {HOW}",
    ),
}  # fmt: skip
"""OVH's code of a refusal → what it means, what was found, what helps."""


def check_ovh(place: Place, *, zones: Sequence[str]) -> Finding:
    """Ask whether the application may see the account's clients, and whether the account has *zones*.

    The keys are read from the environment of this process, as the provider does.
    """
    return examined(NAME, lambda: _check(place, zones))


def _check(place: Place, zones: Sequence[str]) -> str:
    for variable, what in _VARIABLES.items():
        given(os.environ, variable, what=what)
    with Asking(place, called="OVH") as ovh:
        now = ovh.ask("GET", "/auth/time")
        if not now.text.strip().isdecimal():
            raise UnusableError(
                State.UNREACHABLE, f"OVH at {place.url} does not answer as OVH does",
                helps="set settings.ovh.api to the address of the API, as https://eu.api.ovh.com/1.0",
            )  # fmt: skip
        ovh.compare_clocks(float(now.text))
        signature = OvhSignature(ahead=float(now.text) - place.clock())
        answer = ovh.ask("GET", CLIENTS, auth=signature)
        if not answer.is_success:
            raise _meaning(answer, ovh)
        absent = [zone for zone in zones if ovh.ask("GET", f"/domain/{zone}", auth=signature).status_code == NOT_FOUND]
        if absent:
            raise UnusableError(
                State.WRONG_ACCOUNT, f"the account has no domain {', '.join(absent)}",
                helps=f"make the application and its consumer key with the account that has it: {HOW}",
            )  # fmt: skip
        return f"sees {len(answer.json())} OAuth2 clients"


def _meaning(answer: httpx.Response, ovh: Asking) -> UnusableError:
    content = ovh.content(answer)
    known = _MEANINGS.get(str(content.get("errorCode")))
    if known:
        return UnusableError(known[0], known[1], helps=known[2])
    said = f"OVH answered {answer.status_code}: {str(content.get('message'))[:200]}"
    return UnusableError(State.REFUSED, said, helps=f"look at the application: {HOW}")
