"""The stand-ins against the official Python packages."""

import inspect
import re
from collections.abc import Iterable

import pulumi
import pulumi_cloudflare
import pulumi_postgresql
import pulumi_random
import pulumi_vault
import pytest
from pulumi_gcp.provider import ProviderArgs as GoogleProviderArgs
from pulumi_gcp.serviceaccount.account import Account
from pulumi_gcp.storage._inputs import BucketLifecycleRuleConditionArgs
from pulumi_gcp.storage.bucket import Bucket
from pulumi_gcp.storage.bucket_iam_policy import BucketIAMPolicy
from pulumi_ovh.iam.policy import Policy as OvhPolicy
from pulumi_ovh.provider import ProviderArgs as OvhProviderArgs

from provider.cloudflare_resources import r2_bucket, r2_managed_domain, seen_accounts
from rehearsal.standins.cloudflare.cloudflare_session import CloudflareSession
from rehearsal.standins.cloudflare.get_accounts import get_accounts
from rehearsal.standins.cloudflare.provider import CloudflareProvider
from rehearsal.standins.cloudflare.r2_bucket import R2Bucket
from rehearsal.standins.cloudflare.r2_managed_domain import R2ManagedDomain
from rehearsal.standins.gcp.lifecycle import NAMES as LIFECYCLE_NAMES
from rehearsal.standins.gcp.provider import KINDS as GOOGLE_KINDS
from rehearsal.standins.gcp.provider import GoogleProvider
from rehearsal.standins.ovh.provider import KINDS as OVH_KINDS
from rehearsal.standins.ovh.provider import OvhProvider
from rehearsal.standins.postgresql.database import Database
from rehearsal.standins.postgresql.grant_role import GrantRole
from rehearsal.standins.postgresql.provider import PostgresqlProvider
from rehearsal.standins.postgresql.role import Role
from rehearsal.standins.random.random_password import RandomPassword
from rehearsal.standins.resource_kind import ResourceKind
from rehearsal.standins.vault.database_connection import DETAILS
from rehearsal.standins.vault.provider import KINDS as VAULT_KINDS
from rehearsal.standins.vault.provider import LOGIN, VaultProvider

OFFICIAL_VAULT: list[type[pulumi.CustomResource]] = [
    pulumi_vault.AuthBackend,
    pulumi_vault.database.SecretBackendConnection,
    pulumi_vault.database.SecretBackendRole,
    pulumi_vault.jwt.AuthBackend,
    pulumi_vault.jwt.AuthBackendRole,
    pulumi_vault.kubernetes.AuthBackendConfig,
    pulumi_vault.kubernetes.AuthBackendRole,
    pulumi_vault.Mount,
    pulumi_vault.Policy,
    pulumi_vault.transit.SecretBackendKey,
]
OFFICIAL_GOOGLE: list[type[pulumi.CustomResource]] = [Account, Bucket, BucketIAMPolicy]
OFFICIAL_OVH: list[type[pulumi.CustomResource]] = [OvhPolicy]
PAIRS: list[tuple[type[ResourceKind], type[pulumi.CustomResource]]] = [
    (Role, pulumi_postgresql.Role),
    (Database, pulumi_postgresql.Database),
    (GrantRole, pulumi_postgresql.GrantRole),
    (RandomPassword, pulumi_random.RandomPassword),
    (R2Bucket, pulumi_cloudflare.R2Bucket),
    (R2ManagedDomain, pulumi_cloudflare.R2ManagedDomain),
    *zip(GOOGLE_KINDS, OFFICIAL_GOOGLE, strict=True),  # type: ignore[type-abstract] # what all of them have in common is
    *zip(OVH_KINDS, OFFICIAL_OVH, strict=True),
    *zip(VAULT_KINDS, OFFICIAL_VAULT, strict=True),  # type: ignore[type-abstract] # what all of them have in common is
]


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


@pytest.mark.parametrize(("kind", "official"), PAIRS)
def test_every_input_is_an_official_input(kind: type[ResourceKind], official: type[pulumi.CustomResource]) -> None:
    """What a stand-in accepts, the official class accepts."""
    known = set(inspect.signature(getattr(official, "_internal_init")).parameters)  # noqa: B009 - typed as untyped

    inputs = {_snake(name) for name, item in kind.properties.items() if not item.output}

    assert inputs <= known


@pytest.mark.parametrize(("kind", "official"), PAIRS)
def test_every_output_is_an_official_output(kind: type[ResourceKind], official: type[pulumi.CustomResource]) -> None:
    """What a stand-in gives, the official class gives."""
    outputs = {_snake(name) for name in kind.properties}

    assert {name for name in outputs if not isinstance(getattr(official, name, None), property)} == set()


@pytest.mark.parametrize(("kind", "official"), PAIRS)
def test_type_is_the_official_type(kind: type[ResourceKind], official: type[pulumi.CustomResource]) -> None:
    """The names of the types agree."""
    assert kind.token == getattr(official, "pulumi_type")  # noqa: B009 - set by a decorator, unknown to the type checker


@pytest.mark.parametrize(
    ("accepted", "official"),
    [
        (CloudflareProvider.settings, pulumi_cloudflare.ProviderArgs),
        (PostgresqlProvider.settings, pulumi_postgresql.ProviderArgs),
        (VaultProvider.settings, pulumi_vault.ProviderArgs),
        (GoogleProvider.settings, GoogleProviderArgs),
        (["withState", *LIFECYCLE_NAMES], BucketLifecycleRuleConditionArgs),
        (OvhProvider.settings, OvhProviderArgs),
        (LOGIN, pulumi_vault.ProviderAuthLoginJwtArgs),
        (DETAILS, pulumi_vault.database.SecretBackendConnectionPostgresqlArgs),
    ],
)
def test_every_setting_is_an_official_setting(accepted: Iterable[str], official: type) -> None:
    """The settings of the providers, and the blocks inside a property, have the official names."""
    known = set(inspect.signature(official).parameters)

    assert {_snake(name) for name in accepted} <= known


def test_function_is_an_official_function() -> None:
    """What the list of accounts takes and gives, the official one takes and gives, under the same name."""
    function = get_accounts(CloudflareSession())
    known = set(inspect.signature(pulumi_cloudflare.get_accounts).parameters)
    given = {
        name
        for kind in (pulumi_cloudflare.GetAccountsResult, pulumi_cloudflare.outputs.GetAccountsResultResult)
        for name in inspect.signature(kind).parameters
    }

    assert {_snake(name) for name in function.arguments} <= known
    assert {"results", "id", "name", "type"} <= given
    assert f"'{function.token}'" in inspect.getsource(pulumi_cloudflare.get_accounts)


@pytest.mark.parametrize(
    ("token", "official"),
    [(r2_bucket.TYPE, pulumi_cloudflare.R2Bucket), (r2_managed_domain.TYPE, pulumi_cloudflare.R2ManagedDomain)],
)
def test_type_that_is_declared_without_its_package(token: str, official: type[pulumi.CustomResource]) -> None:
    """What a program declares without loading the official package is what the package would declare."""
    assert getattr(official, "pulumi_type") == token  # noqa: B009 - set by a decorator, unknown to the type checker


def test_function_that_is_called_without_its_package() -> None:
    """The same for the function."""
    assert get_accounts(CloudflareSession()).token == seen_accounts.FUNCTION
