"""Roles and databases of the PostgreSQL server on a host, asked in one question."""

from collections.abc import Mapping, Sequence

import pydantic
from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

from hosts.model import Model

CONTAINER = "postgres"
"""Name of the server's container, and of the network on which others reach it by that name."""
SUPERUSER = "postgres"

# One JSON document; a name stands in it only where its role or database exists.
_QUERY = """
SELECT json_build_object(
  'roles', (SELECT coalesce(json_object_agg(rolname, json_build_object(
      'verifier', rolpassword, 'login', rolcanlogin, 'superuser', rolsuper,
      'privileged', rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)), '{{}}')
    FROM pg_catalog.pg_authid WHERE rolname IN ({names})),
  'databases', (SELECT coalesce(json_object_agg(datname, json_build_object(
      'owner', pg_catalog.pg_get_userbyid(datdba),
      'open', pg_catalog.has_database_privilege('public', oid, 'CONNECT'))), '{{}}')
    FROM pg_catalog.pg_database WHERE datname IN ({names})))
"""

# psql ends with 2 when nobody answers, docker with 1 when there is no such container or it does not run.
_ASK = """
query=$1 container=$2
said=$(docker exec --user postgres "$container" psql -XAtq -d postgres -c "$query" 2>&1) && code=0 || code=$?
running=$(docker inspect --format '{{.State.Running}}' "$container" 2>/dev/null) || true
if [ $code = 0 ]; then printf '%s\\n' "$said"
elif [ $code = 2 ] || [ "$running" != true ]; then echo absent
else printf '%s\\n' "$said" >&2; exit 1
fi
"""


class FoundRole(Model):
    """A role as it is."""

    verifier: str | None
    """What the server keeps of its password."""
    login: bool
    superuser: bool
    privileged: bool
    """Whether it may more than log in: make roles or databases, replicate, pass over row security."""


class FoundDatabase(Model):
    """A database as it is."""

    owner: str
    open: bool
    """Whether everybody may connect to it."""


class FoundServer(Model):
    """Those of the roles and databases asked for that exist."""

    roles: Mapping[str, FoundRole] = pydantic.Field(default_factory=dict)
    databases: Mapping[str, FoundDatabase] = pydantic.Field(default_factory=dict)


class PostgresServer(FactBase[FoundServer | None]):
    """The roles and databases called `names`; None while no server answers. It carries what is kept of passwords."""

    def command(self, names: Sequence[str]) -> StringCommand:
        """Ask inside the container, where the system's account needs no password."""
        quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
        query = " ".join(_QUERY.format(names=quoted).split())
        return StringCommand("sh -c", QuoteString(_ASK), "ask", QuoteString(query), CONTAINER)

    def process(self, output: list[str]) -> FoundServer | None:
        """Return what was found."""
        return None if output == ["absent"] else FoundServer.model_validate_json("\n".join(output))
