"""What PostgreSQL itself says about rights, owners and memberships, read with plain SQL."""

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.servers.contract import DatabaseServer

OBJECTS = """
SELECT 'database', pg_get_userbyid(datdba), coalesce(datacl, acldefault('d', datdba)) FROM pg_database
WHERE datname = current_database()
UNION ALL
SELECT 'schema', pg_get_userbyid(nspowner), coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
WHERE nspname = 'public'
UNION ALL
SELECT 'function', pg_get_userbyid(proowner), coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
WHERE proname = 'user_lookup' AND pronamespace = 'public'::regnamespace
"""
RIGHTS = f"""
SELECT kind || ' ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END || ' ' || privilege_type
       || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END
       || CASE WHEN pg_get_userbyid(grantor) = owner THEN '' ELSE ' by ' || pg_get_userbyid(grantor) END
FROM ({OBJECTS}) AS object (kind, owner, list), aclexplode(list) ORDER BY 1
"""  # noqa: S608 - put together from constants
OWNERS = f"SELECT kind, owner FROM ({OBJECTS}) AS object (kind, owner, list) ORDER BY 1, 2"  # noqa: S608 - every part is a constant of this file
FUNCTIONS = """
SELECT pg_get_functiondef(oid), prosecdef, array_to_string(proconfig, ', ') FROM pg_proc
WHERE proname = 'user_lookup' AND pronamespace = 'public'::regnamespace ORDER BY 1
"""
MEMBERSHIPS = """
SELECT pg_get_userbyid(roleid) || CASE WHEN admin_option THEN ' with admin option' ELSE '' END
FROM pg_auth_members WHERE pg_get_userbyid(member) = %s ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True)
class DatabaseAccess:
    """Who may do what with one database, its schema `public` and its lookup function."""

    rights: tuple[str, ...]
    """`<kind> <role> <right>`, sorted."""
    owners: Mapping[str, str]
    """Kind of object → role."""
    functions: tuple[tuple[str, bool, str], ...]
    """Each function of the name `user_lookup`: definition, security definer, settings."""


def read_access(server: DatabaseServer, database: str) -> DatabaseAccess | None:
    """Return what the catalogue of *database* says, None when there is no such database."""
    if database not in list_databases(server):
        return None
    with server.connect(database) as connection:
        return DatabaseAccess(
            rights=tuple(row[0] for row in connection.execute(RIGHTS)),
            owners={row[0]: row[1] for row in connection.execute(OWNERS)},
            functions=tuple((row[0], row[1], row[2]) for row in connection.execute(FUNCTIONS)),
        )


def list_databases(server: DatabaseServer) -> list[str]:
    """Return the names of all databases."""
    with server.connect() as connection:
        return [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY 1")]


def read_memberships(server: DatabaseServer, member: str) -> tuple[str, ...]:
    """Return the roles that *member* is a member of, with the option where it has it."""
    with server.connect() as connection:
        return tuple(row[0] for row in connection.execute(MEMBERSHIPS, [member]))
