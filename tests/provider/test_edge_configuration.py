"""What the provider is told of the systems around the machines, before it contacts any."""

import json
from collections.abc import Iterator

import grpc
import pytest

from provider.missing_credentials import VAULT_JWT
from tests.postgres.plugin import Plugin

EDGE = {
    "gitea_url": "https://127.0.0.1:1",
    "vault_url": "https://127.0.0.1:2",
    "vault_mount": "gitea_jwt",
    "vault_role": "gitea_cicd",
    "cloudflare_api": "http://127.0.0.1:3/client/v4",
    "google_api": "http://127.0.0.1:4",
    "ovh_api": "http://127.0.0.1:5/1.0",
}
CREDENTIALS = {
    "GITEA_TOKEN": "x",
    VAULT_JWT: "x",
    "CLOUDFLARE_API_TOKEN": "x",
    "GOOGLE_CREDENTIALS": json.dumps({"type": "service_account"}),
    "OVH_APPLICATION_KEY": "x",
    "OVH_APPLICATION_SECRET": "x",
    "OVH_CONSUMER_KEY": "x",
}
OF_PRODUCTION = {
    "gitea_url": "https://gitea.arcodange.lab",
    "vault_url": "https://vault.arcodange.lab",
    "cloudflare_api": "https://api.cloudflare.com/client/v4",
    "google_api": "https://storage.googleapis.com",
    "ovh_api": "https://eu.api.ovh.com/1.0",
}


@pytest.fixture
def bare() -> Iterator[Plugin]:
    """Start the provider without a credential."""
    with Plugin({}) as plugin:
        yield plugin


def _refusal(plugin: Plugin, given: dict[str, str]) -> str:
    with pytest.raises(grpc.RpcError) as error:
        plugin.configure(**given)
    return str(error.value.details())


def test_every_missing_credential_is_named(bare: Plugin) -> None:
    """All are in one message, each with what it is, where it is used and by which resources."""
    meanings = {
        "GITEA_TOKEN": ("a token of an administrator", "gitea_url"),
        "CLOUDFLARE_API_TOKEN": ("a token that may make tokens", "cloudflare_api"),
        "GOOGLE_CREDENTIALS": ("the key of a service account, as JSON text,", "google_api"),
        "OVH_APPLICATION_KEY": ("the key of an application", "ovh_api"),
        "OVH_APPLICATION_SECRET": ("the secret of that application", "ovh_api"),
        "OVH_CONSUMER_KEY": ("the consumer key that was validated for that application", "ovh_api"),
        VAULT_JWT: ("the token of a workflow for the role gitea_cicd (or VAULT_TOKEN)", "vault_url"),
    }

    assert _refusal(bare, EDGE).splitlines() == [
        f"{variable} is not set. Expected {meaning} at {EDGE[key]}, "
        f"for the resources factory:{key.partition('_')[0]}:*; export {variable} before the run"
        for variable, (meaning, key) in meanings.items()
    ]


def test_only_what_is_used_is_asked_for(bare: Plugin) -> None:
    """A system that is not named needs no credential; without a role to log in with, Vault needs a token."""
    assert _refusal(bare, {"vault_url": "https://127.0.0.1:2"}) == (
        "VAULT_TOKEN is not set. Expected a token at https://127.0.0.1:2, for the resources factory:vault:*; "
        "export VAULT_TOKEN before the run"
    )


def test_all_credentials_are_enough() -> None:
    """With all of them the provider takes all systems, and contacts none: there is none."""
    with Plugin(CREDENTIALS) as plugin:
        plugin.configure(**EDGE)


@pytest.mark.parametrize(("key", "address"), OF_PRODUCTION.items(), ids=OF_PRODUCTION.keys())
def test_production_is_refused(bare: Plugin, key: str, address: str) -> None:
    """A run that did not ask for production is kept from each of its systems, before a credential is looked at."""
    said = _refusal(bare, {**EDGE, key: address})

    assert f"{key} of the provider `factory`: {address} is production" in said
    assert "is not set. Expected" not in said


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"vault_ulr": "https://x.example"}, "did you mean 'vault_url'"),
        ({"vault_ca": "x"}, "vault_url: missing"),
        ({"vault_url": "https://x.example", "vault_role": "gitea_cicd"}, "vault_mount: missing"),
        ({"vault_url": "https://x.example", "vault_mount": "gitea_jwt"}, "vault_role: missing"),
        ({"ovh_api": ""}, "ovh_api: of the wrong type or empty"),
    ],
)
def test_configuration_is_refused(bare: Plugin, given: dict[str, str], part: str) -> None:
    """Each system is given whole or not at all, and without a typo."""
    assert part in _refusal(bare, given)
