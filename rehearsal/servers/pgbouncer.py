"""A real PgBouncer in front of a rehearsal's PostgreSQL."""

import secrets
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from rehearsal.part import find_part
from rehearsal.parts import PGBOUNCER
from rehearsal.servers.certificate import throw_away_certificate
from rehearsal.servers.free_port import free_port
from rehearsal.servers.postgresql import HOST, PORT_ATTEMPTS, START_SECONDS, PostgresServer
from rehearsal.servers.release import pooler_release
from rehearsal.servers.server_process import ServerError, ServerProcess

AUTH_QUERY = "SELECT uname, phash FROM public.user_lookup($1)"
ADMIN_DATABASE = "pgbouncer"

# extra_float_digits: the official provider's driver sends it, and PgBouncer refuses what it does not know.
# server_login_retry: the default makes a client wait 15 s after a database that was missing is there again.
# server_idle_timeout: the default keeps one server connection for each database and user for ten minutes; a first run
# over hundreds of databases has used the server's up by then, and whoever logs in next is left waiting.
CONFIGURATION = """
[databases]
* = host={host} port={backend_port}

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {auth_file}
auth_user = {lookup_user}
auth_query = {auth_query}
admin_users = {superuser}
client_tls_sslmode = require
client_tls_key_file = {key_file}
client_tls_cert_file = {certificate_file}
server_tls_sslmode = disable
ignore_startup_parameters = extra_float_digits
server_login_retry = 1
server_idle_timeout = 10
max_client_conn = 1000
"""


class PgBouncer:
    """A PgBouncer that looks users up in the database they ask for, for as long as the `with` lasts."""

    host = HOST
    """Address it listens on; clients must speak TLS."""

    def __init__(self, backend: PostgresServer, *, folder: Path, lookup_user: str) -> None:
        """Describe a PgBouncer before *backend* that runs its lookup as *lookup_user*, working in *folder*."""
        self.backend = backend
        self.folder = folder
        self.lookup_user = lookup_user
        self.port = 0
        self.origin = ""
        self._process = ServerProcess("pgbouncer", folder=folder)

    def __enter__(self) -> Self:
        """Make the lookup user, as the stack `hosts` does in production, and start; it answers when this returns."""
        self._process.prepare()
        key, certificate = throw_away_certificate(self.host)
        self._process.write("tls.key", key)
        self._process.write("tls.crt", certificate)
        self._process.write("userlist.txt", self._users())
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._process.stop()

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid

    @property
    def release(self) -> str:
        """Version that this PgBouncer names, for example `1.18.0`."""
        return pooler_release(self.connect(ADMIN_DATABASE))

    def connect(
        self, dbname: str, *, user: str | None = None, password: str | None = None, autocommit: bool = True
    ) -> Connection[TupleRow]:
        """Connect through PgBouncer over TLS; as the superuser unless *user* is named."""
        return psycopg.connect(
            host=self.host, port=self.port, dbname=dbname, user=user or self.backend.superuser,
            password=password or self.backend.password, sslmode="require", autocommit=autocommit,
            connect_timeout=10, prepare_threshold=None,
        )  # fmt: skip

    def _users(self) -> str:
        superuser = self.backend.superuser
        password = secrets.token_urlsafe(24)
        with self.backend.connect() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(self.lookup_user), password)
            )
            row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [superuser]).fetchone()
        # PgBouncer cannot log in with a SCRAM verifier on its own account, only pass a client's proof on:
        # the lookup user's password stands here in plain text, readable by the server's account alone.
        return f'"{superuser}" "{row[0] if row else ""}"\n"{self.lookup_user}" "{password}"\n'

    def _start(self) -> None:
        found = find_part(PGBOUNCER)
        self.origin = found.origin
        for _ in range(PORT_ATTEMPTS):
            self.port = free_port()
            settings = CONFIGURATION.format(
                host=self.host, port=self.port, backend_port=self.backend.port, lookup_user=self.lookup_user,
                superuser=self.backend.superuser, auth_query=AUTH_QUERY, auth_file=self.folder / "userlist.txt",
                key_file=self.folder / "tls.key", certificate_file=self.folder / "tls.crt",
            )  # fmt: skip
            self._process.start([found.path, self._process.write("pgbouncer.ini", settings)], env={"PATH": "/usr/bin"})
            if self._answers():
                return
            lines = self._process.last_lines()
            self._process.stop()
        raise ServerError(f"expected PgBouncer to start, it ended; its last lines:\n{lines}")

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while self._process.pid is not None:
            try:
                self.connect(ADMIN_DATABASE).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ServerError(f"expected PgBouncer to answer within {START_SECONDS} s; last: {error}") from None
                time.sleep(0.02)
            else:
                return True
        return False
