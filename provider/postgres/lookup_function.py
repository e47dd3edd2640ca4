"""The function by which PgBouncer looks a user up: `public.user_lookup(text)`."""

import dataclasses

from psycopg import Connection
from psycopg.rows import TupleRow

from provider.factory_error import FactoryError
from provider.postgres.access_list import make_exact, read_grants
from provider.postgres.grants import OWNER, key_of_role
from provider.postgres.server import Server

# Exactly as PostgreSQL shows it, so that reading is comparing texts. SECURITY DEFINER: only a superuser may read
# pg_shadow, so whatever a caller could slip in (objects of its search_path, temporary tables, operators) would run with
# a superuser's rights: the search_path is fixed, and everything is named in full. A superuser's hash is never given;
# no row once the password has expired, for PgBouncer itself does not look at the date (CVE-2025-2291).
DEFINITION = """\
CREATE OR REPLACE FUNCTION public.user_lookup(i_username text, OUT uname text, OUT phash text)
 RETURNS SETOF record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT CAST(s.usename AS pg_catalog.text), s.passwd
    FROM pg_catalog.pg_shadow AS s
   WHERE s.usename OPERATOR(pg_catalog.=) user_lookup.i_username
     AND NOT s.usesuper
     AND (s.valuntil IS NULL OR s.valuntil OPERATOR(pg_catalog.>) pg_catalog.statement_timestamp())
$function$
"""

_READ = """
SELECT CASE prokind WHEN 'a' THEN 'an aggregate of this name' ELSE pg_get_functiondef(oid) END AS definition,
       pg_get_userbyid(proowner) AS owner
  FROM pg_proc
 WHERE oid = to_regprocedure('public.user_lookup(text)')
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class LookupFunction:
    """The function as it is."""

    definition: str
    """Its text, as PostgreSQL shows it."""
    owner: str
    """Role that owns it, with whose rights it runs."""
    executors: tuple[str, ...]
    """Who else may call it, as keys of an access list."""


def read_lookup_function(server: Server, database: str) -> LookupFunction | None:
    """Return the function of *database*; `None` when it, or the whole database, is missing."""
    if not server.has_database(database):
        return None
    with server.transaction(database) as connection:
        return _read(connection)


def make_lookup_function(server: Server, database: str, *, executor: str) -> LookupFunction:
    """Make the function of *database* exact, callable by *executor* alone from the first moment on."""
    with server.transaction(database) as connection:
        _require_superuser(connection)
        # Never CREATE OR REPLACE: it keeps the owner and the access list of a function that somebody else made.
        connection.execute("DROP ROUTINE IF EXISTS public.user_lookup(text)")
        connection.execute(DEFINITION)
        owner = server.address.username
        make_exact(
            connection, {"function": {key_of_role(owner): ("EXECUTE", OWNER), key_of_role(executor): ("EXECUTE",)}}
        )
        made = _read(connection)
        if made is None or (made.definition, made.owner) != (DEFINITION, owner):
            raise FactoryError(
                f"database {database}: the lookup function is not as written after it was made; nothing was changed. "
                f"Expected owner {owner} and this text:\n{DEFINITION}found: {made}"
            )
    return made


def drop_lookup_function(server: Server, database: str) -> None:
    """Drop the function of *database*; fine when it, or the whole database, is gone already."""
    if server.has_database(database):
        with server.transaction(database) as connection:
            connection.execute("DROP ROUTINE IF EXISTS public.user_lookup(text)")


def _read(connection: Connection[TupleRow]) -> LookupFunction | None:
    row = connection.execute(_READ).fetchone()
    if row is None:
        return None
    definition, owner = row
    executors = (role for role in read_grants(connection)["function"] if role != key_of_role(owner))
    return LookupFunction(definition=definition, owner=owner, executors=tuple(executors))


def _require_superuser(connection: Connection[TupleRow]) -> None:
    row = connection.execute("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is None or not row[1]:
        raise FactoryError(
            "expected a superuser, for only one may read the hashes that the lookup function gives; "
            f"connected as {row and row[0]}"
        )
