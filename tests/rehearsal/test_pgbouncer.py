"""The throw-away PgBouncer."""

from collections.abc import Iterator

import psycopg
import pytest

from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.pgbouncer import PgBouncer
from rehearsal.servers.postgresql import PostgresServer

LOOKUP = """
CREATE FUNCTION public.user_lookup(name text, OUT uname name, OUT phash text) LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog AS 'SELECT usename, passwd FROM pg_shadow WHERE usename = name'
"""


@pytest.fixture(scope="module")
def bouncer() -> Iterator[PgBouncer]:
    """Run both servers."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "pg") as server,
        PgBouncer(server, folder=folder / "bouncer", lookup_user="looker") as running,
    ):
        yield running


def test_superuser_logs_in_from_the_file(bouncer: PgBouncer) -> None:
    """The superuser gets through before any lookup function exists, over TLS."""
    with bouncer.connect("postgres") as connection:
        row = connection.execute("SELECT current_user").fetchone()

    assert row == ("postgres",)
    assert bouncer.release.startswith("1.")


def test_plain_text_connection_is_refused(bouncer: PgBouncer) -> None:
    """A client that does not speak TLS is refused."""
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        psycopg.connect(host=bouncer.host, port=bouncer.port, user="postgres", password="x", sslmode="disable")  # noqa: S106 - never looked at


def test_other_users_are_looked_up_in_the_database_they_ask_for(bouncer: PgBouncer) -> None:
    """A role logs in to a database that has the lookup function, and to no other."""
    with bouncer.backend.connect() as connection:
        connection.execute("CREATE ROLE someone LOGIN PASSWORD 'correct'")
        connection.execute("CREATE DATABASE with_lookup")
        connection.execute("CREATE DATABASE without_lookup")
    with bouncer.backend.connect("with_lookup") as connection:
        connection.execute(LOOKUP)

    with bouncer.connect("with_lookup", user="someone", password="correct") as connection:  # noqa: S106 - throw-away
        assert connection.execute("SELECT current_user").fetchone() == ("someone",)
    with pytest.raises(psycopg.OperationalError, match="SASL authentication failed"):
        bouncer.connect("with_lookup", user="someone", password="wrong")  # noqa: S106 - a wrong password is the point
    with pytest.raises(psycopg.OperationalError, match="bouncer config error"):
        bouncer.connect("without_lookup", user="someone", password="correct")  # noqa: S106 - throw-away
