"""The database of one application."""

import dataclasses

import pulumi
import pulumi_postgresql

from components.in_turn import in_turn
from provider.resources import AccessList, LookupFunction


@dataclasses.dataclass(frozen=True, kw_only=True)
class AppDatabaseArgs:
    """What one application needs, and who else has to do with its database."""

    database: str
    """Name of the database."""
    owner: str
    """Role that owns it; it cannot log in."""
    pooler: str
    """Role as which PgBouncer looks users up."""
    superuser: str
    """Role that the stack runs as; the lookup function is its own."""
    editor: pulumi.Input[str]
    """Role that may give membership in the owner role, and so mints credentials."""
    after: pulumi.Resource | None = None
    """The membership given before this one: two grants to one role must not run at a time."""


class AppDatabase(pulumi.ComponentResource):
    """A database, the role that owns it, the lookup function for PgBouncer, and exactly the rights these need."""

    database: pulumi.Output[str]
    """Name of the database."""
    owner: pulumi.Output[str]
    """Role that owns it."""
    membership: pulumi_postgresql.GrantRole
    """Membership of the editor in the owner role; the next one waits for it."""

    def __init__(self, name: str, args: AppDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the owner, the database and what is in it, then who has access."""
        inputs = {"database": args.database, "owner": args.owner, "pooler": args.pooler, "editor": args.editor}
        super().__init__("factory:postgres:AppDatabase", name, inputs, opts)
        child = pulumi.ResourceOptions(parent=self)
        data = pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True)

        owner = pulumi_postgresql.Role(name, name=args.owner, login=False, opts=data)
        database = pulumi_postgresql.Database(name, name=args.database, owner=owner.name, opts=data)
        lookup = LookupFunction(name, database=database.name, executor=args.pooler, opts=child)
        AccessList(name, database=lookup.database, grants=_grants(args), opts=child)
        self.membership = pulumi_postgresql.GrantRole(
            name,
            role=args.editor,
            grant_role=owner.name,
            with_admin_option=True,
            # Made anew before the old one goes, it would be revoked together with the old one.
            opts=pulumi.ResourceOptions(parent=self, depends_on=in_turn(args.after), delete_before_replace=True),
        )

        self.database = database.name
        self.owner = owner.name
        self.register_outputs({"database": self.database, "owner": self.owner})


def _grants(args: AppDatabaseArgs) -> dict[str, dict[str, list[str]]]:
    """Return who may do what: the owner everything, the pooler what a lookup needs, nobody else anything."""
    return {
        "database": {args.owner: ["CONNECT", "CREATE", "OWNER", "TEMPORARY"], args.pooler: ["CONNECT"]},
        "schema": {"pg_database_owner": ["CREATE", "OWNER", "USAGE"], args.pooler: ["USAGE"]},
        "function": {args.superuser: ["EXECUTE", "OWNER"], args.pooler: ["EXECUTE"]},
    }
