"""All resource types in Vault."""

from collections.abc import Mapping

from provider.resource_kind import ResourceKind
from provider.vault.session import VaultSession
from provider.vault_kinds.kv_secret_kind import KvSecretKind


def vault_kinds(session: VaultSession) -> Mapping[str, ResourceKind]:
    """Return each type by its token, all working with *session*."""
    return {"factory:vault:KvSecret": KvSecretKind(session)}
