"""How the stand-in for `vault` is configured, and what it refuses."""

import asyncio
import json
from collections.abc import Mapping

import pytest
from pulumi.provider.experimental import provider as protocol

from provider.guard import ProductionRefusedError
from rehearsal.servers.vault import VaultServer
from rehearsal.standins.plain import Plain, from_plain
from rehearsal.standins.vault.provider import VaultProvider
from rehearsal.standins.vault.vault_session import VaultRefusedError
from rehearsal.token_issuer import TokenIssuer

POLICY = "urn:pulumi:test::factory::vault:index/policy:Policy::it"
RIGHTS = 'path "sys/policies/acl/*" {\n  capabilities = ["create", "read", "update"]\n}\n'


def _configured(settings: Mapping[str, Plain]) -> VaultProvider:
    async def configure() -> VaultProvider:
        provider = VaultProvider()
        values = from_plain(settings)
        await provider.configure(
            protocol.ConfigureRequest({}, values, accept_secrets=True, accept_resources=True)
        )  # fmt: skip
        return provider

    return asyncio.run(configure())


def _make_policy(provider: VaultProvider, name: str) -> str | None:
    inputs = from_plain({"name": name, "policy": RIGHTS})
    answer = asyncio.run(provider.create(protocol.CreateRequest(POLICY, inputs, 0, preview=False)))
    return answer.resource_id


def test_unknown_setting_is_refused_by_name() -> None:
    """A token is no setting: it would be kept in the state."""
    request = protocol.CheckRequest(
        "urn:pulumi:test::factory::pulumi:providers:vault", {}, from_plain({"token": "x"}), b""
    )

    failures = asyncio.run(VaultProvider().check_config(request)).failures or []

    assert [failure.property for failure in failures] == ["token"]


def test_production_is_refused_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in does not work on production, not even where production is asked for by name."""
    monkeypatch.setenv("FACTORY_TARGET", "production")

    with pytest.raises(ProductionRefusedError, match="is production"):
        _configured({"address": "https://vault.arcodange.lab"})


def test_block_with_an_unknown_key_is_refused() -> None:
    """A mistyped key of the login is named."""
    login = json.dumps({"role": "ci", "mout": "jwt"})

    with pytest.raises(ValueError, match=r"does not know the setting authLoginJwt\.mout"):
        _configured({"address": "https://127.0.0.1:1", "authLoginJwt": login})


@pytest.mark.slow
def test_login_by_token_of_a_workflow(vault: VaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the official one it logs in and makes a child token, for which the role needs the right; or works without."""
    issuer = TokenIssuer("https://forge.test")
    with vault.client(vault.root_token) as client:
        for path, body in {
            "sys/auth/gitea_jwt": {"type": "jwt"},
            "auth/gitea_jwt/config": {"jwt_validation_pubkeys": [issuer.public_key]},
            "sys/policies/acl/ci": {"policy": RIGHTS},
            "auth/gitea_jwt/role/ci": {
                "role_type": "jwt", "user_claim": "sub", "bound_audiences": "vault", "token_policies": "ci",
            },
        }.items():  # fmt: skip
            client.put(path, json=body).raise_for_status()
    monkeypatch.delenv("VAULT_TOKEN", raising=False)
    monkeypatch.setenv("TERRAFORM_VAULT_AUTH_JWT", issuer.token(audience="vault", claims={"sub": "me"}))
    settings: dict[str, Plain] = {
        "address": vault.address,
        "caCertFile": str(vault.root_file),
        "authLoginJwt": json.dumps({"role": "ci", "mount": "gitea_jwt"}),
    }

    with pytest.raises(VaultRefusedError, match=r"PUT auth/token/create: Vault answered 403: .*permission denied"):
        _make_policy(_configured(settings), "made")
    assert _make_policy(_configured({**settings, "skipChildToken": json.dumps(obj=True)}), "made") == "made"


def test_without_token_nothing_is_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing token is said by the name of its variable."""
    monkeypatch.delenv("VAULT_TOKEN", raising=False)

    with pytest.raises(VaultRefusedError, match="expected a token in VAULT_TOKEN or a login"):
        _make_policy(_configured({"address": "https://127.0.0.1:1"}), "made")
