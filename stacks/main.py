"""The stack `main`: the cloud, forge and Vault edge of the lab."""

from collections.abc import Mapping
from pathlib import Path

import pulumi
import pulumi_random
import pulumi_vault

from components.application import Application
from components.database_server import DatabaseServer
from components.generation import Generation
from components.vault_base import CI_ROLE, VaultBase, VaultBaseArgs
from components.vault_paths import JWT
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from stacks.main_credentials import declare_credentials
from stacks.main_settings import MainSettings
from stacks.vault_applications import vault_applications
from stacks.workflow_accounts import declare_workflow_accounts


def declare_main(settings: MainSettings, generations: Mapping[str, Generation], *, by_token: bool) -> None:
    """Give each application its rights in Vault, and make what it needs elsewhere.

    *generations* has the number of each credential; *by_token* uses a token of Vault instead of a login.
    """
    authority = Path(settings.ca_file).read_text(encoding="utf-8")
    on_edge = pulumi.ResourceOptions(providers=_providers(settings, authority=authority, by_token=by_token))
    databases = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/postgres")
    accounts = declare_workflow_accounts(settings, generations, on_edge)
    tokens = settings.tokens.trusted(authority=authority, audiences=accounts.audiences)

    base = VaultBase(
        "vault",
        VaultBaseArgs(
            tokens=tokens,
            repository=settings.own_repository,
            kubernetes_host=settings.kubernetes.url,
            kubernetes_ca=_text(settings.kubernetes.ca_file),
            shared_policies={name: [*paths] for name, paths in settings.shared_policies.items()},
            volume_keys=settings.google.volume_keys if settings.google else [],
        ),
        on_edge,
    )
    applications = vault_applications(
        settings.apps,
        server=DatabaseServer(
            host=settings.database.host,
            port=settings.database.port,
            sslmode=settings.database.sslmode,
            editor=databases.require_output("credentials_editor"),
            password=pulumi.Output.secret(databases.require_output("credentials_editor_password")),
            without=settings.without_database,
        ),
        paths=base.paths,
        tokens=tokens,
        more_policies=settings.more_policies,
    )
    for name, needs in applications.items():
        Application(name, needs, on_edge)
    declare_credentials(settings, generations, made=accounts.values, paths=base.paths, opts=on_edge)


def _providers(settings: MainSettings, *, authority: str, by_token: bool) -> list[pulumi.ProviderResource]:
    """Declare the providers by name: nothing may end up in an account that was only a default."""
    # The token of the login is in the environment: TERRAFORM_VAULT_AUTH_JWT.
    login = None if by_token else pulumi_vault.ProviderAuthLoginJwtArgs(mount=JWT, role=CI_ROLE)
    edge = EdgeProviderArgs(
        gitea_url=settings.forge.url,
        gitea_ca=authority,
        vault_url=settings.vault.url,
        vault_ca=authority,
        vault_mount=JWT,
        vault_role=CI_ROLE,
        cloudflare_api=settings.cloudflare.api if settings.cloudflare else None,
        google_api=settings.google.api if settings.google else None,
        ovh_api=settings.ovh.api if settings.ovh else None,
    )
    return [
        pulumi_vault.Provider("vault", address=settings.vault.url, ca_cert_file=settings.ca_file, auth_login_jwt=login),
        pulumi_random.Provider("random"),
        EdgeProvider("edge", edge),
    ]


def _text(file: str | None) -> str | None:
    return None if file is None else Path(file).read_text(encoding="utf-8")
