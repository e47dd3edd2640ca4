"""What the Vault components declare, written to a Vault without any engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pulumi
import pulumi_vault

from components.application import Application
from components.database_server import DatabaseServer
from components.vault_base import VaultBase, VaultBaseArgs
from components.vault_paths import DATABASE, JWT, KUBERNETES, KV1, KV2, VaultPaths
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from provider.values import wrapped
from rehearsal.lab import CANARY, EDITOR
from rehearsal.main.edge import Edge
from rehearsal.standins.plain import Properties, to_plain
from rehearsal.standins.resource_kind import ResourceKind
from rehearsal.standins.vault.auth_backend import AuthBackend
from rehearsal.standins.vault.database_connection import DatabaseConnection
from rehearsal.standins.vault.database_role import DatabaseRole
from rehearsal.standins.vault.jwt_auth_backend import JwtAuthBackend
from rehearsal.standins.vault.jwt_auth_backend_role import JwtAuthBackendRole
from rehearsal.standins.vault.kubernetes_auth_backend_config import KubernetesAuthBackendConfig
from rehearsal.standins.vault.kubernetes_auth_backend_role import KubernetesAuthBackendRole
from rehearsal.standins.vault.mount import Mount
from rehearsal.standins.vault.policy import Policy
from rehearsal.standins.vault.transit_key import TransitKey
from rehearsal.standins.vault.vault_session import Target, VaultSession
from stacks.vault_applications import vault_applications
from tests.declare import Program, record

SECRET = "factory:vault:KvSecret"  # noqa: S105 - the name of a type


def declare_canary(edge: Edge, *, with_base: bool = False, operator_key: str = "secrets-operator") -> Program:
    """Return what the program declares in Vault for the canary, with the settings of *edge*."""
    settings, password = edge.settings, edge.lab.stack.secret_output("credentials_editor_password")
    app = next(app for app in settings.apps if app.name == CANARY)

    def program() -> None:
        address, authority = edge.vault.address, Path(settings.ca_file).read_text(encoding="utf-8")
        providers = [
            pulumi_vault.Provider("vault", address=address),
            EdgeProvider("edge", EdgeProviderArgs(vault_url=address)),
        ]
        there = pulumi.ResourceOptions(providers=providers)
        server = DatabaseServer(
            host=settings.database.host, port=settings.database.port, sslmode=settings.database.sslmode, editor=EDITOR,
            password=pulumi.Output.secret(password), without=[],
        )  # fmt: skip
        tokens = settings.tokens.trusted(authority=authority, audiences=[edge.login_client(settings.org)])
        paths = VaultPaths(kv1=KV1, kv2=KV2, database=DATABASE, kubernetes=KUBERNETES, jwt=JWT)
        if with_base:
            base = VaultBaseArgs(
                tokens=tokens, repository=f"{settings.org}/{settings.repository}", operator_key=operator_key,
                kubernetes_host=settings.kubernetes.url, kubernetes_ca=authority,
                volume_keys=settings.google.volume_keys if settings.google else [],
            )  # fmt: skip
            paths = VaultBase("vault", base, there).paths
        applications = vault_applications([app], server=server, paths=paths, tokens=tokens, more_policies={})
        for name, needs in applications.items():
            Application(name, needs, there)

    return record(program).program


@contextmanager
def written(edge: Edge, program: Program) -> Iterator[None]:
    """Write everything of *program*, and remove it at the end."""
    made: list[tuple[ResourceKind, str, Properties]] = []
    secrets = [to_plain(wrapped(declared.inputs)) for (kind, _), declared in program.items() if kind == SECRET]
    with edge.as_root() as client:
        try:
            for kind in _kinds(edge):
                defaults = {name: item.default for name, item in kind.properties.items() if item.default is not None}
                for (token, _), declared in program.items():
                    if token == kind.token:
                        inputs: Properties = {**defaults, **to_plain(wrapped(declared.inputs))}
                        made.append((kind, *kind.create(inputs)))
            for secret in secrets:
                path = f"{secret['mount']}/data/{secret['path']}"
                client.put(path, json={"data": secret["values"]}).raise_for_status()
            yield
        finally:
            for secret in secrets:
                client.delete(f"{secret['mount']}/metadata/{secret['path']}")
            for maker, identity, state in reversed(made):
                # Its deletion is not allowed; it goes with its engine.
                if not isinstance(maker, TransitKey):
                    maker.delete(identity, state)


def _kinds(edge: Edge) -> list[ResourceKind]:
    """Return the kinds in an order in which each finds what it needs."""
    session = VaultSession()
    session.aim(
        Target(
            address=edge.vault.address, ca_file=str(edge.vault.root_file), token=edge.vault.root_token, login={},
            child_seconds=0, token_name="", retries=0,
        )
    )  # fmt: skip
    return [
        Mount(session), AuthBackend(session), KubernetesAuthBackendConfig(session), JwtAuthBackend(session),
        TransitKey(session), Policy(session), DatabaseConnection(session), DatabaseRole(session),
        JwtAuthBackendRole(session), KubernetesAuthBackendRole(session),
    ]  # fmt: skip
