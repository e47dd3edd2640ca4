"""Which version a server names, asked over a connection that the caller opened."""

from psycopg import Connection
from psycopg.rows import TupleRow

UNKNOWN = "unknown"


def server_release(connection: Connection[TupleRow]) -> str:
    """Return the version of a PostgreSQL server, for example `16.14`, and close the connection."""
    with connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]).split()[0] if row else UNKNOWN


def pooler_release(connection: Connection[TupleRow]) -> str:
    """Return the version of a PgBouncer, asked in its own database, for example `1.18.0`; close the connection."""
    with connection:
        row = connection.execute("SHOW VERSION").fetchone()
    return str(row[0]).removeprefix("PgBouncer ") if row else UNKNOWN
