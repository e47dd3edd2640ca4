"""Vault in the stack `hosts`, as the engine gets it."""

import pulumi

from provider.resources import HostLayer, HostsProvider
from stacks.served_vault import served_vault
from stacks.vault_keys_settings import VaultKeys
from tests.declare import Program, declare

KEYS = VaultKeys(url="https://vault.lab.test", key_file="~/.config/test/vault/keys.json", shares=3, threshold=2)
VAULT = "factory:vault:Unsealed"


def declared(keys: VaultKeys | None, *, layers: int) -> Program:
    """Declare a Vault after so many layers."""

    def program(_: object) -> None:
        provider = HostsProvider("factory")
        opts = pulumi.ResourceOptions(provider=provider)
        host = {"name": "pi1", "address": "192.0.2.1"}
        after = [
            HostLayer(f"vault-{index}", host=host, layer="vault", settings={}, given={}, opts=opts)
            for index in range(layers)
        ]
        served_vault(keys, ca="a root", after=after, provider=provider)

    return declare(program, None)


def test_vault_is_unsealed_after_its_layer() -> None:
    """The Vault of the settings is declared with its shares and the lab's root, and waits for what brings it."""
    program = declared(KEYS, layers=1)

    vault = program[VAULT, "vault"]
    assert vault.inputs["url"] == "https://vault.lab.test"
    assert (vault.inputs["shares"], vault.inputs["threshold"], vault.inputs["ca"]) == (3, 2, "a root")
    assert program["factory:hosts:Layer", "vault-0"].urn in vault.dependencies


def test_nothing_is_unsealed_that_is_not_brought() -> None:
    """Without a layer that brings Vault, or without keys in the settings, none is declared."""
    assert (VAULT, "vault") not in declared(KEYS, layers=0)
    assert (VAULT, "vault") not in declared(None, layers=1)
