"""A token of Vault for one command of a workflow."""

import contextlib
from collections.abc import Iterator

from ops.credentials.asking import Asking, Place
from ops.gate.refused_error import RefusedError

PATIENT_UNTIL = 600
RUN_SECONDS = 15 * 60
"""How long a run may take: one that outlives its token is left half applied."""


@contextlib.contextmanager
def vault_login(place: Place, *, mount: str, role: str, jwt: str) -> Iterator[str]:
    """Yield the token that Vault gives for *jwt*; it ends with the `with`.

    Raises:
        RefusedError: Vault lets nobody in with it, or not for long enough.
        UnusableError: Vault gives no answer.

    """
    with Asking(place, called="Vault") as vault:
        answer = vault.ask(
            "POST", f"/v1/auth/{mount}/login", json={"role": role, "jwt": jwt}, patient_until=PATIENT_UNTIL
        )
        content = vault.content(answer)
        auth = content.get("auth")
        if not isinstance(auth, dict) or not isinstance(auth.get("client_token"), str):
            errors = content.get("errors")
            said = "; ".join(map(str, errors)) if isinstance(errors, list) else answer.reason_phrase
            raise RefusedError(f"Vault lets nobody in as {role} of {mount}: {said[:300].replace(jwt, '[secret]')}")
        token = str(auth["client_token"])
        try:
            _require_long(auth.get("lease_duration"), role=role)
            yield token
        finally:
            vault.ask("POST", "/v1/auth/token/revoke-self", headers={"X-Vault-Token": token})


def _require_long(seconds: object, *, role: str) -> None:
    if not isinstance(seconds, int) or seconds < RUN_SECONDS:
        raise RefusedError(
            f"Vault's token for {role} lives {seconds} s, and a run may take {RUN_SECONDS} s: it would be left half "
            "applied. Give the role a longer token_ttl"
        )
