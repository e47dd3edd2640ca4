"""A PostgreSQL server and the few connections that are kept to it."""

import contextlib
import dataclasses
import os
import threading
from collections.abc import Iterator

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from provider.factory_error import FactoryError

MAINTENANCE_DATABASE = "postgres"
PASSWORD_VARIABLE = "PGPASSWORD"  # noqa: S105 - the name of the variable, not its content
MOST_IN_USE = 8
MOST_IDLE = 8
CONNECT_SECONDS = 10
UNANSWERED_MILLISECONDS = 30_000

# The owner of a database may set defaults for whoever connects to it: role, search_path, read-only, time-outs.
# A superuser must not run under them. SET LOCAL also holds behind a pooler that gives each transaction a connection.
SAFE_TRANSACTION = """
SET LOCAL ROLE NONE;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL statement_timeout = '30s';
SET LOCAL lock_timeout = '10s';
SET LOCAL idle_in_transaction_session_timeout = '60s';
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerAddress:
    """How to reach a server; the password is never part of it."""

    host: str
    """Name or address."""
    port: int
    """Port."""
    username: str
    """Superuser to connect as."""
    sslmode: str
    """How the connection is encrypted, as in libpq."""


class Server:
    """One PostgreSQL server. A few connections are open at most, whatever the number of databases."""

    def __init__(self, address: ServerAddress) -> None:
        """Describe the server; nothing is contacted yet."""
        self.address = address
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(MOST_IN_USE)
        self._idle: list[tuple[str, Connection[TupleRow]]] = []

    @contextlib.contextmanager
    def transaction(self, database: str) -> Iterator[Connection[TupleRow]]:
        """Open a transaction in *database*, deaf to the defaults that its owner may have set for whoever connects."""
        with self._free:
            connection = self._checked_out(database)
            try:
                with connection.transaction():
                    connection.execute(SAFE_TRANSACTION)
                    yield connection
            except psycopg.Error as error:
                raise FactoryError(f"database {database}: {_told(error)}") from error
            finally:
                self._give_back(database, connection)

    def has_database(self, database: str) -> bool:
        """Ask the server whether *database* exists; not being able to ask is an error, never a no."""
        with self.transaction(MAINTENANCE_DATABASE) as connection:
            row = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
        return row is not None

    def close(self) -> None:
        """Close the connections that are not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _checked_out(self, database: str) -> Connection[TupleRow]:
        """Return a connection to *database* that answers: a kept one, or a new one."""
        while (kept := self._take(database)) is not None:
            with contextlib.suppress(psycopg.OperationalError):
                kept.execute("")
                return kept
            kept.close()
        return self._connected(database)

    def _take(self, database: str) -> Connection[TupleRow] | None:
        with self._lock:
            place = next((at for at, (name, _) in enumerate(self._idle) if name == database), None)
            return None if place is None else self._idle.pop(place)[1]

    def _give_back(self, database: str, connection: Connection[TupleRow]) -> None:
        """Keep *connection* for the next use, and close the ones that were not used for longest."""
        if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
            connection.close()
            return
        with self._lock:
            self._idle.append((database, connection))
            surplus, self._idle = self._idle[:-MOST_IDLE], self._idle[-MOST_IDLE:]
        for _, unused in surplus:
            unused.close()

    def _connected(self, database: str) -> Connection[TupleRow]:
        address = self.address
        place = f"{address.host}:{address.port}"
        if PASSWORD_VARIABLE not in os.environ:
            raise FactoryError(
                f"{PASSWORD_VARIABLE} is not set. Expected the password of {address.username} at {place}; "
                f"export {PASSWORD_VARIABLE} before the run"
            )
        try:
            connection = psycopg.connect(
                host=address.host, port=address.port, user=address.username, dbname=database, sslmode=address.sslmode,
                # Named and empty: otherwise PGHOSTADDR would lead elsewhere, and PGOPTIONS change the session.
                hostaddr="", options="",
                application_name="factory", connect_timeout=CONNECT_SECONDS,
                tcp_user_timeout=UNANSWERED_MILLISECONDS, autocommit=True,
                # A pooler may give each transaction another server connection, without the prepared statement.
                prepare_threshold=None,
            )  # fmt: skip
        except psycopg.OperationalError as error:
            raise FactoryError(
                f"could not connect to database {database} at {place} as {address.username}: {_told(error)}. "
                "Expected the server to answer; nothing is assumed about what it holds"
            ) from error
        connection.read_only = False
        return connection


def _told(error: psycopg.Error) -> str:
    """Return what the server said, without the statement: a statement may hold a secret."""
    told = error.diag
    if told.message_primary is None:
        return " ".join(str(error).split())
    parts = [f"{told.message_primary} ({error.sqlstate})", told.message_detail, told.message_hint]
    return ". ".join(part for part in parts if part)
