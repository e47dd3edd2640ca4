"""A role that logs in with a password and makes other roles; its memberships are somebody else's."""

import base64
import dataclasses
import hashlib
import hmac

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from provider.factory_error import FactoryError
from provider.postgres.server import MAINTENANCE_DATABASE, Server

ATTRIBUTES = "CREATEROLE, INHERIT, LOGIN"
"""All that the role may do by itself, as `read_login_role` shows it."""

# Everything that ALTER ROLE can set, so that a right too many shows as well as one too few.
_READ = """
SELECT concat_ws(', ',
         CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
         CASE WHEN rolconnlimit <> -1 THEN 'CONNECTION LIMIT ' || rolconnlimit END,
         CASE WHEN rolcreatedb THEN 'CREATEDB' END,
         CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
         CASE WHEN rolinherit THEN 'INHERIT' END,
         CASE WHEN rolcanlogin THEN 'LOGIN' END,
         CASE WHEN rolreplication THEN 'REPLICATION' END,
         CASE WHEN rolsuper THEN 'SUPERUSER' END,
         CASE WHEN rolvaliduntil < 'infinity' THEN 'VALID UNTIL ' || rolvaliduntil END,
         (SELECT string_agg(format('SET %%s%%s', setting, ' IN ' || datname), ', ' ORDER BY datname, setting)
            FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase,
                 unnest(setconfig) AS setting
           WHERE setrole = pg_authid.oid)
       ), rolpassword
  FROM pg_authid
 WHERE rolname = %s
"""
_SETTINGS = """
SELECT datname FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase
 WHERE pg_get_userbyid(setrole) = %s
"""
_PLAIN = "NOSUPERUSER NOCREATEDB CREATEROLE INHERIT LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT -1"
_SCRAM_PARTS = 3


@dataclasses.dataclass(frozen=True, kw_only=True)
class LoginRole:
    """The role as it is."""

    attributes: str
    """What it may do, sorted, separated by commas."""
    verifier: str | None
    """What the server keeps instead of the password; None when it has no password."""


def read_login_role(server: Server, name: str) -> LoginRole | None:
    """Return the role *name*, `None` when there is none."""
    with server.transaction(MAINTENANCE_DATABASE) as connection:
        return _read(connection, name)


def make_login_role(server: Server, name: str, *, password: str) -> LoginRole:
    """Make the role *name* exact, and leave whatever it is a member of."""
    role = sql.Identifier(name)
    with server.transaction(MAINTENANCE_DATABASE) as connection:
        found = _read(connection, name)
        if found is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        connection.execute(sql.SQL("ALTER ROLE {} WITH {} VALID UNTIL 'infinity'").format(role, sql.SQL(_PLAIN)))
        for (database,) in connection.execute(_SETTINGS, [name]).fetchall():
            place = sql.SQL("") if database is None else sql.SQL("IN DATABASE {}").format(sql.Identifier(database))
            connection.execute(sql.SQL("ALTER ROLE {} {} RESET ALL").format(role, place))
        if found is None or not is_password(password, found.verifier):
            # Hashed here: the password itself gets into no statement, and so into no log of the server.
            verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(verifier)))
        made = _read(connection, name)
        if made is None or made.attributes != ATTRIBUTES or not is_password(password, made.verifier):
            shown = "no role" if made is None else made.attributes
            raise FactoryError(
                f"role {name}: not as written after it was made; nothing was changed. "
                f"Expected {ATTRIBUTES} and the given password, found {shown}"
            )
    return made


def drop_login_role(server: Server, name: str) -> None:
    """Drop the role; fine when it is gone already, an error when something still belongs to it."""
    with server.transaction(MAINTENANCE_DATABASE) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def is_password(password: str, verifier: str | None) -> bool:
    """Tell whether *verifier*, as PostgreSQL keeps it (RFC 5803), was made from *password*."""
    parts = (verifier or "").split("$")
    if len(parts) != _SCRAM_PARTS or parts[0] != "SCRAM-SHA-256":
        return False
    rounds, _, salt = parts[1].partition(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return hmac.compare_digest(base64.b64encode(stored).decode(), parts[2].partition(":")[0])


def _read(connection: Connection[TupleRow], name: str) -> LoginRole | None:
    row = connection.execute(_READ, [name]).fetchone()
    return None if row is None else LoginRole(attributes=row[0], verifier=row[1])
