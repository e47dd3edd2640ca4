"""From the declarations of applications to what each needs in Vault: every name is one that `App` computes."""

from collections.abc import Iterable, Mapping, Sequence

from components.application import ApplicationArgs
from components.application_instance import ApplicationInstanceArgs
from components.database_server import DatabaseServer
from components.vault_paths import VaultPaths
from components.workflow_tokens import WorkflowTokens
from stacks.app import App


def vault_applications(
    apps: Iterable[App],
    *,
    server: DatabaseServer,
    paths: VaultPaths,
    tokens: WorkflowTokens,
    more_policies: Mapping[str, Sequence[str]],
) -> dict[str, ApplicationArgs]:
    """Return one entry for each application, all its environments in it.

    *more_policies* are shared policies, by the application whose workflows get them.
    """
    environments: dict[str, list[App]] = {}
    for app in apps:
        environments.setdefault(app.name, []).append(app)
    _refuse_strangers(more_policies, known=environments)
    _refuse_strangers(server.without, known=[app.instance for members in environments.values() for app in members])
    return {
        name: ApplicationArgs(
            ci_policy=members[0].ci_policy,
            jwt_role=members[0].jwt_role,
            repository=members[0].repository,
            tokens=tokens,
            instances={app.instance: _instance(app, server=server, paths=paths) for app in members},
            paths=paths,
            more_policies=list(more_policies.get(name, ())),
        )
        for name, members in environments.items()
    }


def _instance(app: App, *, server: DatabaseServer, paths: VaultPaths) -> ApplicationInstanceArgs:
    return ApplicationInstanceArgs(
        runtime_policy=app.runtime_policy,
        kubernetes_role=app.vault_kubernetes_role,
        namespace=app.namespace,
        service_account=app.service_account,
        database=app.database,
        owner=app.owner_role,
        database_role=app.vault_database_role,
        configuration_path=app.configuration_path,
        dns_name=app.dns_name,
        server=None if app.instance in server.without else server,
        paths=paths,
    )


def _refuse_strangers(names: Iterable[str], *, known: Iterable[str]) -> None:
    strangers = sorted(set(names) - set(known))
    if strangers:
        raise ValueError(f"expected the name of an application, found {strangers[0]}; known: {', '.join(known)}")
