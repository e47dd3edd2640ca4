"""The Vault of the cluster, initialised and unsealed by the stack `hosts`."""

from collections.abc import Sequence

import pulumi

from provider.resources import HostLayer, HostsProvider
from provider.vault_resources.unsealed import Unsealed
from stacks.vault_keys_settings import VaultKeys


def served_vault(
    keys: VaultKeys | None, *, ca: pulumi.Input[str], after: Sequence[HostLayer], provider: HostsProvider
) -> Unsealed | None:
    """Declare that Vault serves, after the layers that bring it; without keys, or without such a layer, nothing."""
    if keys is None or not after:
        return None
    return Unsealed(
        "vault",
        url=keys.url,
        key_file=keys.key_file,
        ca=ca,
        shares=keys.shares,
        threshold=keys.threshold,
        recipients=keys.recipients,
        opts=pulumi.ResourceOptions(provider=provider, depends_on=[*after]),
    )
