"""What the checks need of a PostgreSQL server and of the pooler before it, wherever the two run."""

from typing import Protocol

from psycopg import Connection
from psycopg.rows import TupleRow


class DatabaseServer(Protocol):
    """A PostgreSQL server, asked past the pooler."""

    @property
    def version(self) -> str:
        """Major version."""
        ...

    @property
    def origin(self) -> str:
        """Where its programs came from."""
        ...

    @property
    def superuser(self) -> str:
        """Name of the superuser."""
        ...

    @property
    def password(self) -> str:
        """Password of the superuser."""
        ...

    @property
    def port(self) -> int:
        """Port of this machine's loopback at which it is reached."""
        ...

    @property
    def release(self) -> str:
        """Version that the server names."""
        ...

    def connect(
        self, dbname: str = "postgres", *, user: str | None = None, password: str | None = None
    ) -> Connection[TupleRow]:
        """Connect in autocommit mode; as the superuser unless *user* is named."""
        ...


class Pooler(Protocol):
    """A PgBouncer."""

    @property
    def host(self) -> str:
        """Address that it listens on."""
        ...

    @property
    def port(self) -> int:
        """Port that it listens on."""
        ...

    @property
    def origin(self) -> str:
        """Where its program came from."""
        ...

    @property
    def release(self) -> str:
        """Version that it names."""
        ...

    def connect(
        self, dbname: str, *, user: str | None = None, password: str | None = None, autocommit: bool = True
    ) -> Connection[TupleRow]:
        """Connect through it; as the superuser unless *user* is named."""
        ...
