"""The stack `postgres`: one database per application."""

import pulumi
import pulumi_postgresql
import pulumi_random

from components.app_database import AppDatabase, AppDatabaseArgs
from components.credentials_editor import CredentialsEditor, CredentialsEditorArgs
from components.maintenance_lookup import MaintenanceLookup, MaintenanceLookupArgs
from provider.resources import Provider, ProviderArgs
from stacks.names import CREDENTIALS_EDITOR
from stacks.settings import PostgresSettings, Server


def declare_postgres(settings: PostgresSettings) -> None:
    """Give each application a database that only it can use, and one role that mints credentials for all."""
    server = settings.server
    on_server = pulumi.ResourceOptions(providers=_providers(server))

    editor = CredentialsEditor(CREDENTIALS_EDITOR, CredentialsEditorArgs(name=CREDENTIALS_EDITOR), on_server)
    MaintenanceLookup(
        "maintenance", MaintenanceLookupArgs(pooler=settings.pgbouncer_user, superuser=server.username), on_server
    )
    previous: pulumi.Resource | None = None
    for app in settings.apps:
        database = AppDatabase(
            app.instance,
            AppDatabaseArgs(
                database=app.database,
                owner=app.owner_role,
                pooler=settings.pgbouncer_user,
                superuser=server.username,
                editor=editor.name,
                after=previous,
            ),
            on_server,
        )
        previous = database.membership

    pulumi.export("credentials_editor", editor.name)
    pulumi.export("credentials_editor_password", editor.password)
    pulumi.export("databases", [app.database for app in settings.apps])


def _providers(server: Server) -> list[pulumi.ProviderResource]:
    """Declare the providers by name: nothing may end up on a server that was only a default."""
    return [
        pulumi_postgresql.Provider(
            "postgresql",
            host=server.host,
            port=server.port,
            username=server.username,
            sslmode=server.sslmode,
            connect_timeout=10,
        ),
        pulumi_random.Provider("random"),
        Provider(
            "factory",
            ProviderArgs(host=server.host, port=server.port, username=server.username, sslmode=server.sslmode),
        ),
    ]
