"""The credentials that the stack `main` makes in the clouds and on the forge, each published in its two homes."""

from collections.abc import Iterator, Mapping

import pulumi

from components.generation import Generation
from components.gitea_ci_user import GiteaCiUser, GiteaCiUserArgs
from components.published_secret import PublishedSecret, PublishedSecretArgs, PublishedValue
from components.vault_paths import VaultPaths
from stacks.cloud_settings import ModuleReader
from stacks.credential_table import credential_table
from stacks.main_settings import MainSettings

Generations = Mapping[str, Generation]
Values = Mapping[str, pulumi.Output[str]]
"""Field → value."""


def declare_credentials(
    settings: MainSettings, generations: Generations, *, paths: VaultPaths, opts: pulumi.ResourceOptions
) -> None:
    """Make every credential of *settings*, and publish it."""
    values = dict(_made(settings, generations, opts))
    for credential in credential_table(settings):
        PublishedSecret(
            credential.name,
            PublishedSecretArgs(
                place=credential.published.place,
                path=credential.published.path,
                values={
                    field: PublishedValue(secret_name=secret, value=values[credential.name][field])
                    for field, secret in credential.fields.items()
                },
                paths=paths,
            ),
            opts,
        )


def _made(
    settings: MainSettings, generations: Generations, opts: pulumi.ResourceOptions
) -> Iterator[tuple[str, Values]]:
    if settings.module_reader:
        yield from _on_the_forge(settings.module_reader, settings.org, generations, opts)


def _on_the_forge(
    reader: ModuleReader, org: str, generations: Generations, opts: pulumi.ResourceOptions
) -> Iterator[tuple[str, Values]]:
    name = f"ssh-{reader.user}"
    made = GiteaCiUser(
        reader.user,
        GiteaCiUserArgs(
            org=org,
            user=reader.user,
            email=reader.email,
            repositories=[*reader.repositories],
            key_title=reader.key,
            generation=generations[name],
        ),
        opts,
    )
    yield name, {"private_key": made.private_key}
