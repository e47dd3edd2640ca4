"""The way into Vault: a token, or the token of a workflow to log in with."""

import base64
import json
from collections.abc import Mapping

from pydantic import JsonValue

from components.ci_rights import ci_rights
from ops.credentials.asking import Asking, Place
from ops.credentials.examined import examined
from ops.credentials.finding import Finding, State
from ops.credentials.unusable_error import UnusableError

TOKEN = "VAULT_TOKEN"  # noqa: S105 - the name of a variable
JWT = "TERRAFORM_VAULT_AUTH_JWT"
NAME = f"{TOKEN} or {JWT}"
ANY_NAME = "a"
"""Stands for every name that a right is about."""
SHORTEST = 300
"""Seconds that a token must live on: a run takes minutes."""
FORBIDDEN = 403
# Vault says 503 for "sealed", and that is an answer.
PATIENT_UNTIL = 600

_MEANINGS = {
    "token is expired": (State.EXPIRED, "start the workflow again: its token lives for minutes"),
    "(exp)": (State.EXPIRED, "start the workflow again: its token lives for minutes"),
    "(nbf)": (State.CLOCK, "set the clock of the forge and of Vault"),
    "(iat)": (State.CLOCK, "set the clock of the forge and of Vault"),
    "not yet valid": (State.CLOCK, "set the clock of the forge and of Vault"),
    "could not be found": (
        State.WRONG_ACCOUNT,
        "run the stack once by ./factory vault run -- COMMAND: it makes the role",
    ),
    "audience": (State.WRONG_ACCOUNT, "let the workflow ask for a token for the audience of settings.tokens"),
    "claim": (State.WRONG_ACCOUNT, "run it in a workflow of the repository that settings.repository names"),
    "issuer": (State.WRONG_ACCOUNT, "take the token from the forge that settings.tokens names"),
    "signature": (State.REFUSED, "take the token from the forge that settings.tokens names"),
}
"""Part of what Vault says of a login → what it means, and what helps; the first that fits."""


def check_vault(place: Place, *, environment: Mapping[str, str], mount: str, role: str) -> Finding:
    """Ask what the token may do; *mount* and *role* are for the login that is used without one."""
    return examined(NAME, lambda: _check(place, environment, mount=mount, role=role))


def _check(place: Place, environment: Mapping[str, str], *, mount: str, role: str) -> str:
    token, jwt = (environment.get(name, "").strip() for name in (TOKEN, JWT))
    if not (token or jwt):
        raise UnusableError(
            State.MISSING, f"neither {TOKEN} nor {JWT} is set",
            helps=f"./factory vault run -- COMMAND sets {TOKEN}; a workflow, {JWT}, for the role {role} of {mount}",
        )  # fmt: skip
    with Asking(place, called="Vault") as vault:
        _refuse_sealed(vault)
        if token:
            return _looked_at(vault, token)
        if _ended(jwt, now=place.clock()):
            raise UnusableError(
                State.EXPIRED, f"the token in {JWT} has expired",
                helps="start the workflow again: its token lives for minutes",
            )  # fmt: skip
        own = _logged_in(vault, mount=mount, role=role, jwt=jwt)
        try:
            return _looked_at(vault, own)
        finally:
            vault.ask("POST", "/v1/auth/token/revoke-self", headers={"X-Vault-Token": own})


def _refuse_sealed(vault: Asking) -> None:
    status = vault.content(vault.ask("GET", "/v1/sys/seal-status", patient_until=PATIENT_UNTIL))
    if not status.get("initialized"):
        raise UnusableError(
            State.SEALED, "Vault has no keys yet", helps="./factory vault init, then docs/runbooks/unseal.md"
        )
    if status.get("sealed"):
        raise UnusableError(State.SEALED, "Vault is sealed, as after every restart", helps="./factory vault unseal")


def _logged_in(vault: Asking, *, mount: str, role: str, jwt: str) -> str:
    answer = vault.ask("POST", f"/v1/auth/{mount}/login", json={"role": role, "jwt": jwt})
    content = vault.content(answer)
    auth = content.get("auth")
    if isinstance(auth, dict):
        return str(auth.get("client_token"))
    said = _said(content)
    state, helps = next(
        (meaning for part, meaning in _MEANINGS.items() if part in said),
        (State.REFUSED, f"look whether the login {mount} and its role {role} are there"),
    )
    raise UnusableError(state, f"Vault lets nobody in as {role} with this token: {said}", helps=helps)


def _looked_at(vault: Asking, token: str) -> str:
    headers = {"X-Vault-Token": token}
    answer = vault.ask("GET", "/v1/auth/token/lookup-self", headers=headers)
    if answer.status_code == FORBIDDEN:
        raise UnusableError(
            State.REFUSED, "Vault does not know the token: it has expired, was revoked, or is of another Vault",
            helps=f"log in again and export {TOKEN}, or use ./factory vault run -- COMMAND",
        )  # fmt: skip
    data = vault.content(answer).get("data")
    told: Mapping[str, JsonValue] = data if isinstance(data, dict) else {}
    left = told.get("ttl")
    if isinstance(left, int) and 0 < left < SHORTEST:
        raise UnusableError(
            State.EXPIRED, f"the token ends in {left} s", helps=f"log in again: a run needs {SHORTEST} s"
        )
    lacking = _lacking(vault, headers)
    if lacking:
        raise UnusableError(
            State.NO_PERMISSION, f"the token lacks rights on {', '.join(lacking)}",
            helps="./factory vault run -- COMMAND gives one that may; a workflow logs in with the stack's own role",
        )  # fmt: skip
    return f"{told.get('display_name')}, " + (f"for {left} s" if left else "without an end")


def _lacking(vault: Asking, headers: Mapping[str, str]) -> list[str]:
    """Return the paths of what the stack does in Vault on which the token may do too little."""
    rights = {path.replace("*", ANY_NAME): set(needed) for path, needed in ci_rights().items()}
    answer = vault.ask("POST", "/v1/sys/capabilities-self", headers=headers, json={"paths": [*rights]})
    if answer.status_code == FORBIDDEN:
        return [*rights]
    content = vault.content(answer)
    return [path for path, needed in rights.items() if not _may(content.get(path), needed)]


def _may(capabilities: JsonValue, needed: set[str]) -> bool:
    return isinstance(capabilities, list) and ("root" in capabilities or needed <= {*map(str, capabilities)})


def _said(content: Mapping[str, JsonValue]) -> str:
    errors = content.get("errors")
    return "; ".join(map(str, errors))[:300] if isinstance(errors, list) else "no reason given"


def _ended(jwt: str, *, now: float) -> bool:
    """Look into the token itself; what cannot be read is Vault's to refuse."""
    try:
        part = jwt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return bool(claims["exp"] < now)
    except (IndexError, KeyError, TypeError, ValueError):
        return False
