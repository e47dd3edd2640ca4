"""Connections to the maintenance database."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import Connection, Transaction, sql
from psycopg.rows import TupleRow

Statement = sql.SQL | sql.Composed


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the server is, as the provider's configuration says; the password comes from the environment."""

    host: str
    port: int
    username: str
    sslmode: str
    database: str
    connect_timeout: int


class Sessions:
    """One connection per thread, made when first needed and kept open."""

    def __init__(self) -> None:
        """Wait for a target."""
        self._target: Target | None = None
        self._local = threading.local()

    @property
    def user(self) -> str:
        """Name that the provider connects as."""
        return self._aim().username

    def aim(self, target: Target) -> None:
        """Connect to *target* from now on."""
        self._target = target

    def row(self, query: str, values: Mapping[str, object]) -> TupleRow | None:
        """Return the first row of *query*."""
        return self._connection().execute(sql.SQL(query), values).fetchone()

    def rows(self, query: str, values: Mapping[str, object]) -> Sequence[TupleRow]:
        """Return all rows of *query*."""
        return self._connection().execute(sql.SQL(query), values).fetchall()

    def run(self, statement: Statement) -> None:
        """Run one statement."""
        self._connection().execute(statement)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Run what this thread does inside the `with` as one transaction."""
        return self._connection().transaction()

    def lock_role(self, role: str) -> None:
        """Wait, inside a transaction, until no other change of *role* or of its members is under way."""
        self.row("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = %(role)s", {"role": role})
        self.row(
            "SELECT pg_advisory_xact_lock(member::bigint) FROM pg_auth_members"
            " JOIN pg_roles ON roleid = pg_roles.oid WHERE rolname = %(role)s",
            {"role": role},
        )

    @contextmanager
    def exclusive(self, role: str) -> Iterator[None]:
        """Hold the same lock without a transaction, for what PostgreSQL does not do inside one."""
        query = "SELECT {}(oid::bigint) FROM pg_roles WHERE rolname = %(role)s"
        self.row(query.format("pg_advisory_lock"), {"role": role})
        try:
            yield
        finally:
            self.row(query.format("pg_advisory_unlock"), {"role": role})

    def _connection(self) -> Connection[TupleRow]:
        held: Connection[TupleRow] | None = getattr(self._local, "connection", None)
        if held is None or held.closed:
            target = self._aim()
            held = psycopg.connect(
                host=target.host, port=target.port, user=target.username, dbname=target.database,
                sslmode=target.sslmode, connect_timeout=target.connect_timeout, password=os.environ.get("PGPASSWORD"),
                autocommit=True, prepare_threshold=None,
            )  # fmt: skip
            self._local.connection = held
        return held

    def _aim(self) -> Target:
        if self._target is None:
            raise RuntimeError("expected the provider to be configured before it is used")
        return self._target
