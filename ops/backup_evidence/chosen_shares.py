"""The shares that open the lab's Vault, for a check of what was kept of it."""

from collections.abc import Sequence
from typing import Literal

from ops.vault_keys.shares_by_hand import shares_by_hand
from provider.factory_error import FactoryError
from provider.vault_seal.key_file import KeyFile
from stacks.vault_keys_settings import VaultKeys

Shares = Literal["kept", "by-hand"]


def chosen_shares(vault: VaultKeys | None, *, come: Shares) -> Sequence[str]:
    """Return those of the key file, or those that somebody brings; the living Vault is not asked.

    Raises:
        FactoryError: there are none to be had this way.

    """
    if vault is None:
        raise FactoryError("settings.vault is missing. Expected a mapping of url and key_file")
    if come == "by-hand":
        return [*shares_by_hand(vault.threshold)]
    keys = KeyFile(vault.key_file).read()
    if keys is None:
        raise FactoryError(f"{vault.key_file}: missing here. Expected the shares of the Vault that was kept")
    if keys.encrypted:
        raise FactoryError(
            f"the shares in {vault.key_file} are encrypted to {len(keys.recipients)} PGP keys. Expected "
            f"{keys.threshold} of their owners to decrypt theirs, and --vault-shares by-hand"
        )
    return keys.shares
