"""Everything also works through PgBouncer, and the lookup function lets in exactly who may come in."""

import itertools
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from provider.postgres.access_list import make_access_list, read_access_list
from provider.postgres.grants import Grants
from provider.postgres.lookup_function import drop_lookup_function, make_lookup_function, read_lookup_function
from provider.postgres.server import Server, ServerAddress
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.pgbouncer import PgBouncer
from rehearsal.servers.postgresql import PostgresServer
from tests.postgres.conftest import OWNER

LOOKER = "looker"
WORD = "a-word"

_NUMBERS = itertools.count(1)

ACCESS: Grants = {
    "database": {OWNER: ("CONNECT", "CREATE", "OWNER", "TEMPORARY"), LOOKER: ("CONNECT",)},
    "schema": {"pg_database_owner": ("CREATE", "OWNER", "USAGE"), LOOKER: ("USAGE",)},
    "function": {LOOKER: ("EXECUTE",), "postgres": ("EXECUTE", "OWNER")},
}


@pytest.fixture(scope="module")
def bouncer(postgresql: PostgresServer) -> Iterator[PgBouncer]:
    """Run PgBouncer in front of the server."""
    with own_folder() as folder, PgBouncer(postgresql, folder=folder / "bouncer", lookup_user=LOOKER) as running:
        yield running


@pytest.fixture
def pooled(bouncer: PgBouncer, server: Server) -> Iterator[Server]:
    """Give the server as it is reached in production."""
    address = ServerAddress(host=bouncer.host, port=bouncer.port, username=server.address.username, sslmode="require")
    pooled = Server(address)
    yield pooled
    pooled.close()


@pytest.fixture
def ready(pooled: Server, database: str) -> str:
    """Give a database that is set up through PgBouncer."""
    make_lookup_function(pooled, database, executor=LOOKER)
    make_access_list(pooled, database, ACCESS)
    return database


def test_reads_and_writes(pooled: Server, ready: str) -> None:
    """Made through PgBouncer, read through PgBouncer, taken away through PgBouncer."""
    assert read_access_list(pooled, ready) == ACCESS

    drop_lookup_function(pooled, ready)

    assert read_lookup_function(pooled, ready) is None
    assert read_access_list(pooled, ready) is None


def test_missing_database_is_gone(pooled: Server) -> None:
    """PgBouncer takes any name for a database; a missing one is gone all the same, and asking takes no time-out."""
    assert read_lookup_function(pooled, "no-such-database") is None
    assert read_access_list(pooled, "no-such-database") is None


LOGINS = {
    "a member of the owner": (f"IN ROLE {OWNER} PASSWORD '{WORD}' VALID UNTIL '2999-01-01'", True),
    "without an end": (f"IN ROLE {OWNER} PASSWORD '{WORD}'", True),
    "lapsed": (f"IN ROLE {OWNER} PASSWORD '{WORD}' VALID UNTIL '2001-01-01'", False),
    "another superuser": (f"SUPERUSER PASSWORD '{WORD}'", False),
    "no member of the owner": (f"PASSWORD '{WORD}'", False),
}


@pytest.mark.parametrize(("declared", "let_in"), LOGINS.values(), ids=LOGINS.keys())
def test_who_is_let_in(
    postgresql: PostgresServer, bouncer: PgBouncer, ready: str, *, declared: str, let_in: bool
) -> None:
    """Members of the owner role come in until their password lapses; everybody else stays out."""
    user = f"visitor-{next(_NUMBERS)}"
    with postgresql.connect() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN ").format(sql.Identifier(user)) + sql.SQL(declared))

    if let_in:
        with bouncer.connect(ready, user=user, password=WORD) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (user,)
    else:
        with pytest.raises(psycopg.OperationalError):
            bouncer.connect(ready, user=user, password=WORD)
