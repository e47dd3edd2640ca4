"""What the publisher and the account of the modules declare, as the engine gets it."""

import dataclasses

import pulumi
import pytest

from components.generation import Generation
from components.gitea_ci_user import GiteaCiUser, GiteaCiUserArgs
from components.openssh_key import OpensshKey
from components.published_secret import PublishedSecret, PublishedSecretArgs, PublishedValue
from components.vault_paths import VaultPaths
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from tests.declare import GENERATED, Program, declare, record

KV = "factory:vault:KvSecret"
ACTIONS = "factory:gitea:ActionsSecret"
KEY = "factory:gitea:SshKey"
PATHS = VaultPaths(kv1="kvv1", kv2="kvv2", database="", kubernetes="", jwt="")
USER = GiteaCiUserArgs(
    org="arcodange-org", user="reader", email="reader@example.org", repositories=["modules"], key_title="modules",
    generation=Generation(3, (2,)),
)  # fmt: skip


def declare_all(path: str) -> None:
    """Declare the account, and its key in two homes."""
    edge = EdgeProvider("edge", EdgeProviderArgs(gitea_url="https://gitea.test", vault_url="https://vault.test"))
    on_edge = pulumi.ResourceOptions(providers=[edge])
    reader = GiteaCiUser("modules", USER, on_edge)
    values = {"ssh_key": PublishedValue(secret_name="TERRAFORM_SSH_KEY", value=reader.private_key)}  # noqa: S106 - a name
    PublishedSecret("key", PublishedSecretArgs(place="arcodange-org", path=path, values=values, paths=PATHS), on_edge)


@pytest.fixture(scope="module")
def program() -> Program:
    """Declare everything."""
    return declare(declare_all, "kvv2/gitea/modules")


def test_both_homes_get_the_value_as_a_secret(program: Program) -> None:
    """Vault and Gitea get the same value, marked secret, and Gitea only once Vault has it."""
    kept, given = program[KV, "key"], program[ACTIONS, "key-ssh_key"]
    private = OpensshKey.of(GENERATED).private

    assert kept.inputs == {
        "mount": "kvv2", "path": "gitea/modules", "values": {"ssh_key": private}, "version": 2,
    }  # fmt: skip
    assert (given.inputs["name"], given.inputs["value"]) == ("TERRAFORM_SSH_KEY", private)
    assert kept.secrets == {"values"}
    assert given.secrets == {"value"}
    assert kept.urn in given.dependencies


def test_each_generation_has_a_key(program: Program) -> None:
    """The kept generation and the current one have a key each, numbered in the state and on Gitea; both are public."""
    keys = {name: key for (kind, name), key in program.items() if kind == KEY}

    assert {name: key.inputs["title"] for name, key in keys.items()} == {
        "modules-2": "modules-2", "modules-3": "modules-3",
    }  # fmt: skip
    assert {key.secrets for key in keys.values()} == {frozenset()}


def test_every_resource_is_given_to_the_declared_provider(program: Program) -> None:
    """No resource of ours falls to a default provider."""
    provider = program["pulumi:providers:factory", "edge"].urn
    given = {declared.provider for (kind, _), declared in program.items() if kind.startswith(("factory:gitea:", KV))}

    assert given - {""} == {provider}


@pytest.mark.parametrize("path", ["kvv3/a", "a", "kvv1", "kvv2/"])
def test_path_elsewhere_is_refused(path: str) -> None:
    """A path outside the two engines for secrets, or of an engine itself, is refused."""
    args = PublishedSecretArgs(place="o", path=path, values={}, paths=PATHS)

    def declare_it() -> None:
        with pytest.raises(ValueError, match="expected a path below kvv"):
            PublishedSecret("key", args)

    record(declare_it)


def test_two_values_under_one_name_are_refused() -> None:
    """Two values of one name would overwrite each other at every run."""

    def declare_it() -> None:
        value = PublishedValue(secret_name="KEY", value=pulumi.Output.secret("x"))  # noqa: S106 - a name
        args = PublishedSecretArgs(place="o", path="kvv1/a", values={"a": value, "b": value}, paths=PATHS)
        with pytest.raises(ValueError, match="expected another name for each value of kvv1/a, found KEY twice"):
            PublishedSecret("key", args)
        PublishedSecret("key", dataclasses.replace(args, values={"a": value}))

    record(declare_it)
