"""One application in one environment, as Vault knows it."""

import dataclasses

import pulumi
import pulumi_vault

from components.database_server import DatabaseServer
from components.short_lived_user import USERNAME, creation_statements, revocation_statements
from components.vault_paths import DATABASE, KV2, VaultPaths, below
from components.vault_policy import vault_policy
from provider.vault_resources.kv_secret import KvSecret

AUDIENCE = "vault"
READ = ("read",)
TOKEN_SECONDS = 60 * 60
USER_SECONDS = 60 * 60
LONGEST_USER_SECONDS = 24 * 60 * 60
CONNECTION_SECONDS = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApplicationInstanceArgs:
    """Every name that the instance has, and where its database is."""

    runtime_policy: str
    """Policy of the running application."""
    kubernetes_role: str
    """Role of the login of its service account."""
    namespace: str
    """Namespace that it runs in."""
    service_account: str
    """Service account that it runs as."""
    database: str
    """Its database."""
    owner: str
    """Role that owns the database."""
    database_role: str
    """Path from which it gets short-lived users."""
    configuration_path: str
    """Path of its configuration."""
    dns_name: str
    """Name under which it is served."""
    server: DatabaseServer | None
    """Where the database is; None when the application has none."""
    paths: VaultPaths
    """Where Vault's engines and logins are."""

    @property
    def secrets(self) -> str:
        """Folder of all its secrets, in the engine KV 2; its configuration is one of them."""
        return below(self.configuration_path, f"{KV2}/").rpartition("/")[0]


class ApplicationInstance(pulumi.ComponentResource):
    """What the running application may do, who it is, its database users and its configuration.

    Each instance has a connection of its own, into its own database: a user that is removed may have left objects
    there, and a name that is wrong fails when it is declared.
    """

    def __init__(self, name: str, args: ApplicationInstanceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare policy and login, then the database users, then the configuration."""
        super().__init__("factory:vault:ApplicationInstance", name, _plain(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        paths = args.paths

        rights = {f"{KV2}/data/{args.secrets}/*": READ, **({args.database_role: READ} if args.server else {})}
        policy = pulumi_vault.Policy(name, name=args.runtime_policy, policy=vault_policy(rights), opts=child)
        pulumi_vault.kubernetes.AuthBackendRole(
            name,
            backend=paths.kubernetes,
            role_name=args.kubernetes_role,
            bound_service_account_names=[args.service_account],
            bound_service_account_namespaces=[args.namespace],
            audience=AUDIENCE,
            token_policies=[policy.name],
            token_ttl=TOKEN_SECONDS,
            opts=child,
        )
        if args.server is not None:
            _declare_users(name, args, args.server, child)
        # The official resource does not see a value that was changed by hand.
        KvSecret(
            name,
            mount=paths.kv2,
            path=below(args.configuration_path, f"{KV2}/"),
            values=_configuration(args),
            version=2,
            opts=child,
        )

        self.register_outputs({})


def _declare_users(
    name: str, args: ApplicationInstanceArgs, server: DatabaseServer, child: pulumi.ResourceOptions
) -> None:
    role = below(args.database_role, f"{DATABASE}/creds/")
    connection = pulumi_vault.database.SecretBackendConnection(
        name,
        backend=args.paths.database,
        name=args.database,
        allowed_roles=[role],
        postgresql=pulumi_vault.database.SecretBackendConnectionPostgresqlArgs(
            connection_url=(
                f"postgresql://{{{{username}}}}:{{{{password}}}}@{server.host}:{server.port}/{args.database}"
                f"?sslmode={server.sslmode}"
            ),
            username=server.editor,
            password=server.password,
            password_authentication="scram-sha-256",  # noqa: S106 - a method; the server's log never sees a password
            username_template=USERNAME,
            # One connection for each application, kept open for ever, would use the server's up.
            max_connection_lifetime=CONNECTION_SECONDS,
        ),
        opts=child,
    )
    pulumi_vault.database.SecretBackendRole(
        name,
        backend=args.paths.database,
        name=role,
        db_name=connection.name,
        creation_statements=creation_statements(args.owner),
        revocation_statements=revocation_statements(args.owner),
        default_ttl=USER_SECONDS,
        max_ttl=LONGEST_USER_SECONDS,
        opts=child,
    )


def _configuration(args: ApplicationInstanceArgs) -> dict[str, str]:
    told = {"url": f"https://{args.dns_name}"}
    if args.server is None:
        return told
    return {
        **told,
        "database_host": args.server.host,
        "database_port": str(args.server.port),
        "database_sslmode": args.server.sslmode,
        "database_name": args.database,
        "database_credentials": args.database_role,
    }


def _plain(args: ApplicationInstanceArgs) -> dict[str, str]:
    if args.server is None:
        return {"configuration_path": args.configuration_path}
    return {"database": args.database, "owner": args.owner, "database_role": args.database_role}
