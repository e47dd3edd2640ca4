"""The access lists of one database: read to the last right, and made exact in one transaction."""

from collections.abc import Iterable

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from provider.factory_error import FactoryError
from provider.postgres.grants import GRANT_OPTION, OWNER, Grants, grants_of, key_of_role, owner_of, role_of_key
from provider.postgres.server import Server

# An empty list in the catalogue means the built-in defaults, which give rights to PUBLIC: acldefault() spells them out.
_READ = """
WITH object (kind, owner, list) AS (
  SELECT 'database', datdba, coalesce(datacl, acldefault('d', datdba)) FROM pg_database
   WHERE datname = current_database()
  UNION ALL
  SELECT 'schema', nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
   WHERE oid = to_regnamespace('public')
  UNION ALL
  SELECT 'function', proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
   WHERE oid = to_regprocedure('public.user_lookup(text)')
)
SELECT kind, pg_get_userbyid(owner), 'OWNER', false, NULL FROM object
UNION ALL
SELECT kind, CASE entry.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(entry.grantee) END,
       entry.privilege_type, entry.is_grantable,
       CASE entry.grantor WHEN object.owner THEN NULL ELSE pg_get_userbyid(entry.grantor) END
  FROM object CROSS JOIN LATERAL aclexplode(object.list) AS entry
"""

_OBJECTS = {
    "database": sql.SQL("DATABASE {database}"),
    "schema": sql.SQL("SCHEMA public"),
    "function": sql.SQL("FUNCTION public.user_lookup(text)"),
}


def read_access_list(server: Server, database: str) -> Grants | None:
    """Return every right on *database*, its schema and its lookup function; `None` when one of them is missing."""
    if not server.has_database(database):
        return None
    with server.transaction(database) as connection:
        found = read_grants(connection)
    return found if all(found.values()) else None


def make_access_list(server: Server, database: str, wanted: Grants) -> Grants:
    """Give exactly the rights in *wanted*; all of it, or nothing."""
    with server.transaction(database) as connection:
        return make_exact(connection, wanted)


def read_grants(connection: Connection[TupleRow]) -> Grants:
    """Return the rights in the database of *connection*; an object that is missing has none, not even an owner."""
    rows = connection.execute(_READ).fetchall()
    return grants_of((kind, key_of_role(role), _right(*right)) for kind, role, *right in rows)


def make_exact(connection: Connection[TupleRow], wanted: Grants) -> Grants:
    """Give exactly the rights in *wanted* on each kind of object that it names, and return what is there then."""
    database = connection.info.dbname
    before = read_grants(connection)
    for kind, held in wanted.items():
        if not before[kind]:
            raise FactoryError(
                f"database {database}: its {kind} is missing, so nobody can be given rights on it. "
                "Expected the database and its lookup function to be made first; `./factory up postgres --refresh` does"
            )
        if before[kind] != held:
            _rewrite(connection, kind, before=before, wanted=wanted)
    after = read_grants(connection)
    wrong = [kind for kind in wanted if after[kind] != wanted[kind]]
    if wrong:
        raise FactoryError(
            f"database {database}: the rights are not as written after they were given; nothing was changed. "
            + "; ".join(f"expected {wanted[kind]} on the {kind}, found {after[kind]}" for kind in wrong)
        )
    return after


def _rewrite(connection: Connection[TupleRow], kind: str, *, before: Grants, wanted: Grants) -> None:
    """Take every right on one object away, and give the wanted ones; nobody sees the state in between."""
    target = _OBJECTS[kind].format(database=sql.Identifier(connection.info.dbname))
    owner = owner_of(wanted[kind])
    if owner_of(before[kind]) != owner:
        connection.execute(sql.SQL("ALTER {} OWNER TO {}").format(target, _role(owner)))
        before = read_grants(connection)
    for key in before[kind]:
        # CASCADE: rights that were passed on can only be taken together with the right to pass them on.
        connection.execute(sql.SQL("REVOKE ALL ON {} FROM {} CASCADE").format(target, _role(key)))
    for key, rights in wanted[kind].items():
        for privileges, option in (_plain(rights), sql.SQL("")), (_grantable(rights), sql.SQL(" WITH GRANT OPTION")):
            if privileges:
                given = sql.SQL(", ").join(sql.SQL(privilege) for privilege in privileges)
                connection.execute(sql.SQL("GRANT {} ON {} TO {}{}").format(given, target, _role(key), option))


def _right(privilege: str, grantable: bool, grantor: str | None) -> str:  # noqa: FBT001 - the columns of a row
    """Name one right; whoever gave it is part of the name, unless it was the owner of the object."""
    given_by = f" GRANTED BY {key_of_role(grantor)}" if grantor is not None else ""
    return privilege + (GRANT_OPTION if grantable else "") + given_by


def _role(key: str) -> sql.Composable:
    role = role_of_key(key)
    return sql.SQL("PUBLIC") if role is None else sql.Identifier(role)


def _plain(rights: Iterable[str]) -> list[str]:
    return [right for right in rights if right != OWNER and not right.endswith(GRANT_OPTION)]


def _grantable(rights: Iterable[str]) -> list[str]:
    return [right.removesuffix(GRANT_OPTION) for right in rights if right.endswith(GRANT_OPTION)]
