"""Real servers of the three versions, and one fresh database per test."""

from collections.abc import Iterator

import pytest
from psycopg import sql

from provider.postgres.server import Server, ServerAddress
from rehearsal.parts import PostgresVersion
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

OWNER = "erp_role"
POOLER = "pooler"

DATABASE = "an-application"
VERSIONS: list[PostgresVersion] = ["15", "16", "18"]


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda version: f"postgresql-{version}")
def postgresql(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """Run a server of each version in turn, with the roles that every test needs."""
    with own_folder() as folder, PostgresServer(request.param, folder=folder / "postgresql") as server:
        with server.connect() as connection:
            for role in OWNER, POOLER, "someone", "PUBLIC", 'odd "name"':
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        yield server


@pytest.fixture
def server(postgresql: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Give the server as our provider sees it."""
    monkeypatch.setenv("PGPASSWORD", postgresql.password)
    address = ServerAddress(
        host=postgresql.host, port=postgresql.port, username=postgresql.superuser, sslmode="disable"
    )
    server = Server(address)
    yield server
    server.close()


@pytest.fixture(scope="session")
def database_with_leftovers(postgresql: PostgresServer) -> str:
    """Make the database that the tests of one version share."""
    with postgresql.connect() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
        )
    return DATABASE


@pytest.fixture
def database(postgresql: PostgresServer, database_with_leftovers: str) -> str:
    """Give the shared database as it was when it was made: making a new one takes half a second."""
    with postgresql.connect() as connection:
        connection.execute(f"""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_with_leftovers}';
            ALTER DATABASE "{database_with_leftovers}" RESET ALL;
            ALTER DATABASE "{database_with_leftovers}" OWNER TO "{OWNER}";
            UPDATE pg_database SET datacl = NULL WHERE datname = '{database_with_leftovers}';
        """)  # noqa: S608 - a name of this file
    with postgresql.connect(database_with_leftovers) as connection:
        connection.execute("""
            DROP SCHEMA IF EXISTS evil CASCADE;
            DROP SCHEMA IF EXISTS public CASCADE;
            CREATE SCHEMA public AUTHORIZATION pg_database_owner;
            GRANT USAGE ON SCHEMA public TO PUBLIC;
            ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM someone;
        """)
    return database_with_leftovers
