"""Declare the Vault components for the applications of the settings, without the rest of a stack."""

import os
from pathlib import Path

import pulumi
import pulumi_vault

from components.application import Application
from components.database_server import DatabaseServer
from components.vault_base import VaultBase, VaultBaseArgs
from components.workflow_tokens import WorkflowTokens
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from stacks.app import App
from stacks.await_outputs import await_outputs
from stacks.vault_applications import vault_applications

config = pulumi.Config("factory")
settings = config.require_object("settings")
tokens = WorkflowTokens(
    issuer=settings["issuer"], audience="vault", public_keys=[settings["public_key"]], user_claim="sub"
)
on_vault = pulumi.ResourceOptions(
    providers=[
        pulumi_vault.Provider("vault", address=settings["address"], ca_cert_file=settings["ca_file"]),
        EdgeProvider(
            "edge",
            EdgeProviderArgs(vault_url=settings["address"], vault_ca=Path(settings["ca_file"]).read_text("utf-8")),
        ),
    ]
)
base = VaultBase(
    "vault",
    VaultBaseArgs(
        tokens=tokens,
        repository=settings["repository"],
        kubernetes_host=settings["kubernetes_host"],
        kubernetes_ca=settings["kubernetes_ca"],
        shared_policies=settings["shared_policies"],
    ),
    on_vault,
)
server = DatabaseServer(
    host=settings["database_host"],
    port=settings["database_port"],
    sslmode="require",
    editor="credentials_editor",
    password=pulumi.Output.secret(os.environ["EDITOR_PASSWORD"]),
)
apps = [App.model_validate(app) for app in settings["apps"]]
needs = vault_applications(
    apps, server=server, paths=base.paths, tokens=tokens, more_policies=settings["more_policies"]
)
for name, args in needs.items():
    Application(name, args, on_vault)
pulumi.run(await_outputs)
