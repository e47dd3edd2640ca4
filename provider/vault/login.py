"""Tokens of Vault: one that the environment holds, or one for the token of a workflow."""

import dataclasses
import os
import time
from collections.abc import Callable, Mapping

import httpx

from provider.factory_error import FactoryError
from provider.missing_credentials import VAULT_JWT, VAULT_TOKEN
from provider.vault.address import VaultAddress
from provider.vault.refusal import refusal

EARLY_SECONDS = 30.0
"""So long before its end a token counts as dead, for a request under way needs it; never more than a quarter of it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Token:
    """A token that a login gave."""

    value: str = dataclasses.field(repr=False)
    """The token."""
    good_until: float
    """How long it may be used, on the clock that never goes back; infinite when it does not die."""


def token_of_environment() -> str | None:
    """Return the token that the environment holds."""
    return os.environ.get(VAULT_TOKEN, "").strip() or None


def log_in(address: VaultAddress, answer: Callable[..., httpx.Response]) -> Token:
    """Return a token for the token of a workflow that the environment holds; *answer* sends without a token."""
    jwt = os.environ.get(VAULT_JWT, "").strip()
    if address.mount is None or address.role is None or not jwt:
        raise FactoryError(
            f"{VAULT_TOKEN} is not set. Expected a token of Vault at {address.url}, or the token of a workflow in "
            f"{VAULT_JWT} with vault_mount and vault_role of the provider `factory`"
        )
    body = {"role": address.role, "jwt": jwt}
    said = answer("POST", f"auth/{address.mount}/login", body, secrets=[jwt])
    if not said.is_success:
        raise FactoryError(
            f"{refusal(said, [jwt])}. Expected a token of a workflow in {VAULT_JWT} that is still valid, and that "
            f"{address.mount} lets in with the role {address.role}"
        )
    auth = said.json().get("auth")
    if not isinstance(auth, Mapping) or not isinstance(auth.get("client_token"), str):
        raise FactoryError(f"{address.url} does not answer as Vault does: expected a token")
    lifetime = float(auth.get("lease_duration") or "inf")
    return Token(value=auth["client_token"], good_until=time.monotonic() + lifetime - min(EARLY_SECONDS, lifetime / 4))
