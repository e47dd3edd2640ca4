"""Connections: few, kept, made again when lost, and never mistaken for an answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import sql

from provider.factory_error import FactoryError
from provider.postgres.lookup_function import read_lookup_function
from provider.postgres.server import MOST_IDLE, MOST_IN_USE, Server, ServerAddress
from rehearsal.servers.free_port import free_port
from rehearsal.servers.postgresql import PostgresServer

LIMITS = ("statement_timeout", "lock_timeout")
MANY = [f"many-{number}" for number in range(MOST_IN_USE + MOST_IDLE + 2)]


@pytest.fixture(scope="module")
def many_databases(postgresql: PostgresServer) -> list[str]:
    """Make more databases than connections are allowed; they end with the server."""
    with postgresql.connect() as connection:
        for name in MANY:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return MANY


def _open_connections(postgresql: PostgresServer) -> int:
    with postgresql.connect() as connection:
        row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'factory'").fetchone()
    return 0 if row is None else int(row[0])


def test_many_databases_need_few_connections(
    postgresql: PostgresServer, server: Server, many_databases: list[str]
) -> None:
    """Reading many databases side by side leaves no more connections open than are kept."""
    with ThreadPoolExecutor(max_workers=len(many_databases)) as threads:
        found = list(threads.map(lambda name: read_lookup_function(server, name), many_databases))

    assert found == [None] * len(many_databases)
    assert _open_connections(postgresql) <= MOST_IN_USE + MOST_IDLE


def test_connection_is_kept(server: Server, database: str) -> None:
    """Two transactions in a row in one database use one connection."""
    with server.transaction(database) as connection:
        first = connection.info.backend_pid
    with server.transaction(database) as connection:
        assert connection.info.backend_pid == first


def test_lost_connection_is_made_again(postgresql: PostgresServer, server: Server, database: str) -> None:
    """A kept connection that the server has ended meanwhile is replaced without an error."""
    with server.transaction(database) as connection:
        first = connection.info.backend_pid
    with postgresql.connect() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])

    with server.transaction(database) as connection:
        assert connection.info.backend_pid != first


def test_unreachable_server_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not being able to ask is an error that names the place; it is never read as gone."""
    monkeypatch.setenv("PGPASSWORD", "a-password")
    port = free_port()
    server = Server(ServerAddress(host="127.0.0.1", port=port, username="postgres", sslmode="disable"))

    with pytest.raises(FactoryError) as failure:
        read_lookup_function(server, "erp")

    assert f"could not connect to database postgres at 127.0.0.1:{port} as postgres" in str(failure.value)
    assert "a-password" not in str(failure.value)


def test_wrong_password_is_an_error(
    postgresql: PostgresServer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused password is an error that does not repeat it."""
    monkeypatch.setenv("PGPASSWORD", "a-wrong-word")

    with pytest.raises(FactoryError, match=f"127.0.0.1:{postgresql.port}.*password authentication failed") as failure:
        read_lookup_function(server, "erp")

    assert "a-wrong-word" not in str(failure.value)


def test_missing_password_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a password nothing is contacted, and the variable is named."""
    monkeypatch.delenv("PGPASSWORD")

    with pytest.raises(FactoryError, match="PGPASSWORD is not set"):
        read_lookup_function(server, "erp")


def test_surroundings_do_not_lead_elsewhere(server: Server, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that would send libpq to another address, or change the session, have no effect."""
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.9")
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")

    with server.transaction(database) as connection:
        row = connection.execute("SHOW default_transaction_read_only").fetchone()

    assert row == ("off",)


def test_time_outs_are_set(server: Server, database: str) -> None:
    """Every transaction has limits for statements and locks."""
    with server.transaction(database) as connection:
        rows = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in LIMITS]

    assert rows == [("30s",), ("10s",)]
