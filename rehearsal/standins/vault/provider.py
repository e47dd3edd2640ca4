"""The stand-in for the package `vault`."""

import json
import os

from pulumi.provider.experimental import provider as protocol

from provider.guard import refuse_production
from rehearsal.standins.plain import Plain, Properties, to_plain
from rehearsal.standins.stand_in_provider import StandInProvider
from rehearsal.standins.vault.auth_backend import AuthBackend
from rehearsal.standins.vault.database_connection import DatabaseConnection
from rehearsal.standins.vault.database_role import DatabaseRole
from rehearsal.standins.vault.jwt_auth_backend import JwtAuthBackend
from rehearsal.standins.vault.jwt_auth_backend_role import JwtAuthBackendRole
from rehearsal.standins.vault.kubernetes_auth_backend_config import KubernetesAuthBackendConfig
from rehearsal.standins.vault.kubernetes_auth_backend_role import KubernetesAuthBackendRole
from rehearsal.standins.vault.mount import Mount
from rehearsal.standins.vault.policy import Policy
from rehearsal.standins.vault.transit_key import TransitKey
from rehearsal.standins.vault.vault_session import Target, VaultSession

LOGIN = ("jwt", "mount", "role")
KINDS = (
    AuthBackend, DatabaseConnection, DatabaseRole, JwtAuthBackend, JwtAuthBackendRole, KubernetesAuthBackendConfig,
    KubernetesAuthBackendRole, Mount, Policy, TransitKey,
)  # fmt: skip
RETRIES = 2
CHILD_SECONDS = 1200


class VaultProvider(StandInProvider):
    """Serves engines, logins with their roles, policies, and short-lived database users."""

    settings = (
        "address",
        "authLoginJwt",
        "caCertFile",
        "maxLeaseTtlSeconds",
        "maxRetries",
        "skipChildToken",
        "tokenName",
    )

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._session = VaultSession()
        super().__init__("vault", [kind(self._session) for kind in KINDS])

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Remember where the server is; a missing setting comes from the environment, as for the official one."""
        given = to_plain(request.args)
        address = str(given.get("address") or os.environ.get("VAULT_ADDR", ""))
        # No environment: a stand-in never works on production, whoever asks.
        refuse_production({"address of the stand-in for vault": address}, {})
        child = int(str(_parsed(given.get("maxLeaseTtlSeconds")) or CHILD_SECONDS))
        self._session.aim(
            Target(
                address=address,
                ca_file=str(given.get("caCertFile") or os.environ.get("VAULT_CACERT", "")),
                token=os.environ.get("VAULT_TOKEN", ""),
                login=_login(_parsed(given.get("authLoginJwt"))),
                child_seconds=0 if _parsed(given.get("skipChildToken")) else child,
                token_name=str(given.get("tokenName") or "terraform"),
                retries=int(str(_parsed(given.get("maxRetries")) or RETRIES)),
            )
        )
        return await super().configure(request)


def _parsed(value: Plain) -> Plain:
    """Return what *value* holds: the protocol brings all settings but texts as JSON."""
    parsed: Plain = json.loads(value) if isinstance(value, str) else value
    return parsed


def _login(wish: Plain) -> dict[str, str]:
    if not isinstance(wish, dict):
        return {}
    unknown = sorted(wish.keys() - set(LOGIN))
    if unknown:
        raise ValueError(f"the stand-in for vault does not know the setting authLoginJwt.{unknown[0]}")
    given: Properties = {"jwt": os.environ.get("TERRAFORM_VAULT_AUTH_JWT"), "mount": "jwt", **wish}
    return {name: str(value) for name, value in given.items() if value is not None}
