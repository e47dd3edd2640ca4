"""The stand-in for the package `postgresql`."""

import os

from pulumi.provider.experimental import provider as protocol

from provider.guard import refuse_production
from rehearsal.standins.plain import Plain, to_plain
from rehearsal.standins.postgresql.database import Database
from rehearsal.standins.postgresql.grant_role import GrantRole
from rehearsal.standins.postgresql.role import Role
from rehearsal.standins.postgresql.sessions import Sessions, Target
from rehearsal.standins.stand_in_provider import StandInProvider


class PostgresqlProvider(StandInProvider):
    """Serves roles, databases and memberships."""

    settings = ("connectTimeout", "database", "host", "port", "sslmode", "username")

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._sessions = Sessions()
        super().__init__("postgresql", [Role(self._sessions), Database(self._sessions), GrantRole(self._sessions)])

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Remember where the server is; a missing setting comes from the environment, as for the official one."""
        given = to_plain(request.args)
        host = _setting(given.get("host"), "PGHOST", "")
        # No environment: a stand-in never works on production, whoever asks.
        refuse_production({"host of the stand-in for postgresql": host}, {})
        self._sessions.aim(
            Target(
                host=host,
                port=int(_setting(given.get("port"), "PGPORT", "5432")),
                username=_setting(given.get("username"), "PGUSER", "postgres"),
                sslmode=_setting(given.get("sslmode"), "PGSSLMODE", "prefer"),
                database=_setting(given.get("database"), "PGDATABASE", "postgres"),
                connect_timeout=int(_setting(given.get("connectTimeout"), "PGCONNECT_TIMEOUT", "180")),
            )
        )
        return await super().configure(request)


def _setting(given: Plain, variable: str, default: str) -> str:
    return str(given) if given is not None else os.environ.get(variable, default)
