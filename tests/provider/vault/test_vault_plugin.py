"""The provider's process on a real Vault, as an engine speaks to it."""

import grpc
import httpx
import pytest

from provider.missing_credentials import VAULT_JWT, VAULT_TOKEN
from provider.values import Properties
from rehearsal.servers.vault import VaultServer
from tests.postgres.plugin import Plugin
from tests.provider.vault.conftest import CLAIMS, ISSUER

SECRET = "factory:vault:KvSecret"  # noqa: S105 - the type of a resource
GIVEN: Properties = {"mount": "kvv2", "path": "plugged/key", "values": {"key": "hunter2"}}


def test_life(vault: VaultServer, hand: httpx.Client) -> None:
    """Made, imported with its values marked as secret, changed, taken away: with a token from the environment alone."""
    with Plugin({VAULT_TOKEN: vault.root_token}) as plugin:
        plugin.configure(vault_url=vault.address, vault_ca=vault.authority.root)
        inputs, faults = plugin.check(SECRET, GIVEN)

        identity, made = plugin.create(SECRET, inputs)

        assert faults == []
        assert (identity, made) == ("kvv2/plugged/key", inputs)
        assert plugin.read(SECRET, identity, {}) == (identity, inputs)
        assert plugin.imported_secrets(SECRET, identity) == ({"values"}, {"values"})
        assert plugin.update(SECRET, identity, {**inputs, "values": {"key": "another"}})["values"] == {"key": "another"}
        assert hand.get("kvv2/data/plugged/key").json()["data"]["data"] == {"key": "another"}
        plugin.delete(SECRET, identity)
        assert plugin.read(SECRET, identity, inputs) == ("", {})
        with pytest.raises(grpc.RpcError) as error:
            plugin.create(SECRET, {**inputs, "mount": "nowhere"})
        assert "Vault has no engine nowhere" in str(error.value.details())
        assert "hunter2" not in str(error.value)


def test_workflow_logs_in(vault: VaultServer, login: str) -> None:
    """Without a token, the token of a workflow and where to show it are enough; its rights are those of its role."""
    with Plugin({VAULT_JWT: ISSUER.token(audience="vault", claims=CLAIMS)}) as plugin:
        plugin.configure(vault_url=vault.address, vault_ca=vault.authority.root, vault_mount=login, vault_role="ci")

        assert plugin.read(SECRET, "kvv2/nothing/here", {}) == ("", {})
        with pytest.raises(grpc.RpcError, match="permission denied"):
            plugin.create(SECRET, {**GIVEN, "version": 2.0})


def test_another_path_is_another_secret() -> None:
    """A new path replaces the secret, and the old one goes last; a new value changes it, and the field is named."""
    with Plugin({VAULT_TOKEN: "x"}) as plugin:
        plugin.configure(vault_url="https://127.0.0.1:1")
        old, _ = plugin.check(SECRET, GIVEN)

        moved = plugin.diff(SECRET, old, {**old, "path": "elsewhere"})
        changed = plugin.diff(SECRET, old, {**old, "values": {"key": "another"}})

    assert list(moved.replaces) == ["path"]
    assert not moved.deleteBeforeReplace
    assert list(changed.replaces) == []
    assert list(changed.detailedDiff) == ["values.key"]
