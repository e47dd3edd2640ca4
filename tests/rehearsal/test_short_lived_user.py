"""The SQL of short-lived users on real servers of three versions, run as Vault runs it: by the editor, as one."""

import secrets
from collections.abc import Iterator, Sequence

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from components.short_lived_user import creation_statements, revocation_statements
from rehearsal.servers.postgresql import PostgresServer

EDITOR = "credentials_editor"
EDITOR_PASSWORD = "editor"  # noqa: S105 - throw-away
APP = "my-app"
OWNER = "my-app_role"
USER = "v-my-app-AbC1-1700000000"


@pytest.fixture
def server(each_server: PostgresServer) -> Iterator[PostgresServer]:
    """Make the editor and one application as the stack `postgres` makes them."""
    names = {"app": sql.Identifier(APP), "owner": sql.Identifier(OWNER), "editor": sql.Identifier(EDITOR)}
    with each_server.connect() as connection:
        for statement in (
            "CREATE ROLE {owner} NOLOGIN",
            "CREATE ROLE {editor} LOGIN CREATEROLE PASSWORD 'editor'",
            "GRANT {owner} TO {editor} WITH ADMIN OPTION",
            "CREATE DATABASE {app} OWNER {owner}",
            "REVOKE ALL ON DATABASE {app} FROM PUBLIC",
        ):
            connection.execute(sql.SQL(statement).format(**names))
    yield each_server
    with each_server.connect() as connection:
        for statement in ("DROP DATABASE {app} WITH (FORCE)", "DROP ROLE {owner}", "DROP ROLE {editor}"):
            connection.execute(sql.SQL(statement).format(**names))


def _run(server: PostgresServer, statements: Sequence[str], password: str = "") -> None:
    with (
        psycopg.connect(
            host=server.host, port=server.port, dbname=APP, user=EDITOR, password=EDITOR_PASSWORD, autocommit=True
        ) as connection,
        connection.transaction(),
    ):  # fmt: skip
        for statement in statements:
            filled = statement.replace("{{name}}", USER).replace("{{password}}", password)
            connection.execute(filled.replace("{{expiration}}", "2999-01-01 00:00:00+00").encode())


def _user(server: PostgresServer) -> tuple[Connection[TupleRow], str]:
    password = secrets.token_hex(8)
    _run(server, creation_statements(OWNER), password)
    return server.connect(APP, user=USER, password=password), password


def test_what_a_user_makes_belongs_to_the_owner(server: PostgresServer) -> None:
    """A new user works as the owner role from its login on; after its end the table is there, the user is not."""
    connection, password = _user(server)
    with connection:
        assert connection.execute("SELECT current_user, session_user").fetchone() == (OWNER, USER)
        connection.execute("CREATE TABLE notes (text text)")

    _run(server, revocation_statements(OWNER))

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect(APP, user=USER, password=password)
    with server.connect(APP) as superuser:
        assert superuser.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'notes'").fetchone() == (OWNER,)
        assert superuser.execute("SELECT FROM pg_roles WHERE rolname = %s", [USER]).fetchone() is None


def test_end_of_a_user_leaves_nothing_behind(server: PostgresServer) -> None:
    """A user that made things as itself and is still connected goes as well: things to the owner, session ended."""
    connection, _ = _user(server)
    connection.execute("SET ROLE NONE")
    connection.execute("CREATE TABLE mine (text text)")
    connection.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")

    _run(server, revocation_statements(OWNER))

    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    with server.connect(APP) as superuser:
        assert superuser.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'").fetchone() == (OWNER,)
        assert superuser.execute("SELECT FROM pg_roles WHERE rolname = %s", [USER]).fetchone() is None
        assert superuser.execute("SELECT FROM pg_default_acl").fetchone() is None


def test_end_of_a_user_that_is_gone_is_no_error(server: PostgresServer) -> None:
    """A lease whose user was dropped by hand can still be ended."""
    _run(server, revocation_statements(OWNER))
