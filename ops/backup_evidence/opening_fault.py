"""A snapshot of Vault, restored and opened with the shares of the Vault that it was made of."""

from collections.abc import Sequence
from pathlib import Path

from ops.backup_evidence.isolated_vault import IsolatedVault, IsolatedVaultError

_SEALED = 503
_SERVES = 200


def opening_fault(snapshot: Path, shares: Sequence[str], *, scratch: Path) -> str:
    """Return why *shares* do not open what *snapshot* holds, nothing when they do; the server lives in *scratch*."""
    with IsolatedVault(scratch / "vault") as vault:
        made = vault.ask("sys/init", given={"secret_shares": 1, "secret_threshold": 1})
        own = made["keys_base64"]
        vault.ask("sys/unseal", given={"key": own[0] if isinstance(own, list) else ""})
        vault.wait_until("it serves with keys of its own", _SERVES)
        try:
            vault.ask("sys/storage/raft/snapshot-force", given=snapshot, token=str(made["root_token"]))
            vault.wait_until("it is sealed by the restore", _SEALED)
            # It still counts shares as it did before, until it begins anew.
            vault.stop()
            vault.start()
            for share in shares:
                if not vault.ask("sys/unseal", given={"key": share})["sealed"]:
                    break
            else:
                return f"not opened: {len(shares)} shares are too few"
            vault.wait_until("it serves what was restored", _SERVES)
        except IsolatedVaultError as error:
            return f"not opened: {error}"
    return ""
