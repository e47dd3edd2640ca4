"""How a Vault and its keys are, for people and for programs."""

from provider.vault_seal.explained import explained
from provider.vault_seal.seal_case import Look, SealCase
from provider.vault_seal.vault_seal import VaultSeal


def shown(seal: VaultSeal, look: Look) -> dict[str, object]:
    """Return the document of *look*; nothing in it is secret."""
    status = look.status
    return {
        "vault": seal.api.url,
        "case": look.case.value,
        "says": explained(look, url=seal.api.url, file=seal.file),
        "initialized": status.initialized,
        "sealed": status.sealed,
        "shares": status.shares,
        "threshold": status.threshold,
        "given": status.given,
        "needed": status.needed,
        "version": status.version,
        "cluster": status.cluster,
        "key_file": str(seal.file.path),
        "key_file_there": look.keys is not None,
        "encrypted": look.keys is not None and look.keys.encrypted,
        "root_token_revoked": None if look.case is SealCase.NEW else not look.token_lives,
    }
