"""The lookup function of the maintenance database."""

import dataclasses

import pulumi

from provider.resources import AccessList, LookupFunction


@dataclasses.dataclass(frozen=True, kw_only=True)
class MaintenanceLookupArgs:
    """Who has to do with the maintenance database."""

    pooler: str
    """Role as which PgBouncer looks users up."""
    superuser: str
    """Role that the stack runs as and that owns the maintenance database."""


class MaintenanceLookup(pulumi.ComponentResource):
    """What a login to the database `postgres` through PgBouncer needs: `credentials_editor` starts there.

    The rights are those PostgreSQL ships, and the pooler's.
    """

    def __init__(self, name: str, args: MaintenanceLookupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the function, then who has access."""
        super().__init__("factory:postgres:MaintenanceLookup", name, vars(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        lookup = LookupFunction(name, database="postgres", executor=args.pooler, opts=child)
        AccessList(name, database=lookup.database, grants=_grants(args), opts=child)

        self.register_outputs({})


def _grants(args: MaintenanceLookupArgs) -> dict[str, dict[str, list[str]]]:
    return {
        "database": {
            args.superuser: ["CONNECT", "CREATE", "OWNER", "TEMPORARY"],
            "PUBLIC": ["CONNECT", "TEMPORARY"],
            args.pooler: ["CONNECT"],
        },
        "schema": {"pg_database_owner": ["CREATE", "OWNER", "USAGE"], "PUBLIC": ["USAGE"], args.pooler: ["USAGE"]},
        "function": {args.superuser: ["EXECUTE", "OWNER"], args.pooler: ["EXECUTE"]},
    }
