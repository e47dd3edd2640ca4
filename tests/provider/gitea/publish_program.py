"""A program that publishes two credentials: a key of an account that reads modules, and a drawn one."""

import pulumi
import pulumi_random

from components.generation import Generation
from components.gitea_ci_user import GiteaCiUser, GiteaCiUserArgs
from components.published_secret import PublishedSecret, PublishedSecretArgs, PublishedValue
from components.vault_paths import KV1, KV2, VaultPaths
from provider.edge_provider import EdgeProvider, EdgeProviderArgs


def main() -> None:
    """Declare the account, and both credentials in their homes."""
    told = pulumi.Config("factory").require_object("settings")
    reached = {name: told[name] for name in ("gitea_url", "gitea_ca", "vault_url", "vault_ca")}
    on_edge = pulumi.ResourceOptions(providers=[EdgeProvider("edge", EdgeProviderArgs(**reached))])
    paths = VaultPaths(kv1=KV1, kv2=KV2, database="", kubernetes="", jwt="")
    organization, repository = told["organization"], told["repository"]
    reader = GiteaCiUser(
        "modules",
        GiteaCiUserArgs(
            org=organization,
            user="tofu-module-reader",
            email="modules@example.org",
            repositories=[repository],
            key_title="tofu_module_reader",
            generation=Generation(told["current"], tuple(told["kept"])),
        ),
        on_edge,
    )
    key = PublishedSecretArgs(
        place=organization,
        path="kvv2/gitea/tofu_module_reader",
        values={"ssh_key": PublishedValue(secret_name="TERRAFORM_SSH_KEY", value=reader.private_key)},  # noqa: S106 - a name
        paths=paths,
    )
    drawn = {
        name: pulumi_random.RandomPassword(name, length=40, special=False) for name in ("access_key", "secret_key")
    }
    pair = PublishedSecretArgs(
        place=f"{organization}/{repository}",
        path="kvv1/cloud/state",
        values={
            name: PublishedValue(secret_name=told["prefix"] + name.upper(), value=password.result)
            for name, password in drawn.items()
        },
        paths=paths,
    )
    published = {"key": PublishedSecret("key", key, on_edge), "pair": PublishedSecret("pair", pair, on_edge)}
    pulumi.export("public_key", reader.public_key)
    pulumi.export("private_key", reader.private_key)
    for name, password in drawn.items():
        pulumi.export(name, password.result)
    pulumi.export("digest", published["pair"].digests[told["prefix"] + "SECRET_KEY"])
