"""What the Vault components declare for the canary, written to a Vault without any engine."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pulumi
import pulumi_vault

from components.application import Application
from components.database_server import DatabaseServer
from components.vault_paths import DATABASE, JWT, KUBERNETES, KV1, KV2, VaultPaths
from provider.edge_provider import EdgeProvider, EdgeProviderArgs
from provider.values import wrapped
from rehearsal.lab import CANARY, EDITOR
from rehearsal.main.edge import Edge
from rehearsal.standins.plain import Properties, to_plain
from rehearsal.standins.resource_kind import ResourceKind
from rehearsal.standins.vault.database_connection import DatabaseConnection
from rehearsal.standins.vault.database_role import DatabaseRole
from rehearsal.standins.vault.jwt_auth_backend_role import JwtAuthBackendRole
from rehearsal.standins.vault.kubernetes_auth_backend_role import KubernetesAuthBackendRole
from rehearsal.standins.vault.policy import Policy
from rehearsal.standins.vault.vault_session import Target, VaultSession
from stacks.vault_applications import vault_applications
from tests.declare import Program, record

ORDER = (Policy, DatabaseConnection, DatabaseRole, JwtAuthBackendRole, KubernetesAuthBackendRole)
SECRET = "factory:vault:KvSecret"  # noqa: S105 - the name of a type


def declare_canary(edge: Edge) -> Program:
    """Return what the program declares in Vault for the canary, with the settings of *edge*."""
    settings, password = edge.settings, edge.lab.stack.secret_output("credentials_editor_password")
    app = next(app for app in settings.apps if app.name == CANARY)

    def program() -> None:
        address = edge.vault.address
        vault = pulumi_vault.Provider("vault", address=address)
        forge = EdgeProvider("edge", EdgeProviderArgs(vault_url=address))
        server = DatabaseServer(
            host=settings.database.host, port=settings.database.port, sslmode=settings.database.sslmode, editor=EDITOR,
            password=pulumi.Output.secret(password), without=[],
        )  # fmt: skip
        paths = VaultPaths(kv1=KV1, kv2=KV2, database=DATABASE, kubernetes=KUBERNETES, jwt=JWT)
        tokens = settings.tokens.trusted(authority="")
        for name, needs in vault_applications(
            [app], server=server, paths=paths, tokens=tokens, more_policies={}
        ).items():
            Application(name, needs, pulumi.ResourceOptions(providers=[vault, forge]))

    return record(program).program


@contextmanager
def written(edge: Edge, program: Program) -> Iterator[None]:
    """Write everything of *program*, and remove it at the end."""
    session = VaultSession()
    session.aim(
        Target(
            address=edge.vault.address, ca_file=str(edge.vault.root_file), token=edge.vault.root_token, login={},
            child_seconds=0, token_name="", retries=0,
        )
    )  # fmt: skip
    made: list[tuple[ResourceKind, str, Properties]] = []
    secrets = [to_plain(wrapped(declared.inputs)) for (kind, _), declared in program.items() if kind == SECRET]
    with edge.as_root() as client:
        try:
            for sort in ORDER:
                kind: ResourceKind = sort(session)
                defaults = {name: item.default for name, item in kind.properties.items() if item.default is not None}
                for (token, _), declared in program.items():
                    if token == kind.token:
                        inputs: Properties = {**defaults, **to_plain(wrapped(declared.inputs))}
                        made.append((kind, *kind.create(inputs)))
            for secret in secrets:
                _put(client, f"{secret['mount']}/data/{secret['path']}", secret["values"])
            yield
        finally:
            for maker, identity, state in reversed(made):
                maker.delete(identity, state)
            for secret in secrets:
                client.delete(f"{secret['mount']}/metadata/{secret['path']}")


def _put(client: httpx.Client, path: str, values: object) -> None:
    client.put(path, json={"data": values}).raise_for_status()
