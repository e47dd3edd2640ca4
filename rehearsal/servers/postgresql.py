"""A real PostgreSQL server for a rehearsal or a test."""

import secrets
import signal
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from rehearsal.parts import PostgresVersion
from rehearsal.servers.free_port import free_port
from rehearsal.servers.postgresql_install import postgresql_install
from rehearsal.servers.release import server_release
from rehearsal.servers.server_process import ServerError, ServerProcess

HOST = "127.0.0.1"
START_SECONDS = 60
PORT_ATTEMPTS = 5

# Durability is switched off: a rehearsal's data never outlives it.
# Everything stays in the folder: no socket in /tmp, no segment in /dev/shm.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
dynamic_shared_memory_type = mmap
password_encryption = 'scram-sha-256'
max_connections = 1000
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
"""

ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


class PostgresServer:
    """A PostgreSQL server with data, port and superuser password of its own, for as long as the `with` lasts."""

    host = HOST
    """Address it listens on."""
    superuser = "postgres"
    """Name of the superuser."""

    def __init__(self, version: PostgresVersion, *, folder: Path) -> None:
        """Describe a server of major *version* that keeps all it writes in *folder*."""
        self.version = version
        self.folder = folder
        self.password = secrets.token_urlsafe(24)
        self.port = 0
        self.origin = ""
        # SIGINT is PostgreSQL's fast shutdown: clients are disconnected, not waited for.
        self._process = ServerProcess("postgresql", folder=folder, death_signal=signal.SIGINT)
        self._programs = Path()

    def __enter__(self) -> Self:
        """Make the data folder and start the server; it answers when this returns."""
        self._process.prepare()
        install = postgresql_install(self.version, copy=self.folder / "install")
        self._programs = install.path / "bin"
        self.origin = install.origin
        self._initialise()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server; the folder is its owner's to remove."""
        self.stop()

    def start(self) -> None:
        """Start the stopped server; on the same port when it had one."""
        for _ in range(PORT_ATTEMPTS):
            port = self.port or free_port()
            data = self.folder / "data"
            self._process.start([self._programs / "postgres", "-D", data, "-p", str(port)], env=self._environment())
            if self._answers(port):
                self.port = port
                return
            lines = self._process.last_lines()
            self._process.stop()
            if "could not bind" not in lines:
                break
        raise ServerError(f"expected PostgreSQL {self.version} to start, it ended; its last lines:\n{lines}")

    def stop(self) -> None:
        """Stop the server, disconnecting its clients."""
        self._process.stop()

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        return self._process.pid

    @property
    def release(self) -> str:
        """Version that this server names, for example `16.14`."""
        return server_release(self.connect())

    def connect(
        self, dbname: str = "postgres", *, user: str | None = None, password: str | None = None
    ) -> Connection[TupleRow]:
        """Connect directly, in autocommit mode; as the superuser unless *user* is named."""
        return psycopg.connect(
            host=self.host, port=self.port, dbname=dbname, user=user or self.superuser,
            password=password or self.password, autocommit=True, connect_timeout=10,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _initialise(self) -> None:
        password_file = self._process.write("password", self.password)
        data = self.folder / "data"
        self._process.run(
            [
                self._programs / "initdb", "-D", data, "-U", self.superuser, "--pwfile", password_file,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            ],
            env=self._environment(),
        )  # fmt: skip
        password_file.unlink()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(CONFIGURATION)
        (data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")

    def _answers(self, port: int) -> bool:
        self.port, before = port, self.port
        deadline = time.monotonic() + START_SECONDS
        try:
            while self._process.pid is not None:
                try:
                    self.connect().close()
                except psycopg.OperationalError as error:
                    if time.monotonic() > deadline:
                        raise ServerError(
                            f"expected PostgreSQL to answer within {START_SECONDS} s; last: {error}"
                        ) from None
                    time.sleep(0.02)
                else:
                    return True
            return False
        finally:
            self.port = before
