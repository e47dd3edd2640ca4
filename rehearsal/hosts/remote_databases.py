"""PostgreSQL and PgBouncer on a machine of the rehearsal, as the checks of the stack `postgres` ask them."""

import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from rehearsal.machines.machine import Machine, MachineError
from rehearsal.servers.release import pooler_release, server_release

CONTAINER = "postgres"
SUPERUSER = "postgres"
ADMIN_DATABASE = "pgbouncer"
PORT = 5432
TUNNEL_PORT = 15432
TUNNEL_SECONDS = 20.0
ADDRESS = (
    f"sudo docker inspect --format '{{{{range .NetworkSettings.Networks}}}}{{{{.IPAddress}}}}{{{{end}}}}' {CONTAINER}"
)


class RemotePostgres:
    """The server in its container, reached past the pooler through ssh, for as long as the `with` lasts.

    It is published nowhere: only its own machine reaches it.
    """

    superuser = SUPERUSER
    """Name of the superuser."""
    version = "16"
    """Major version."""
    port = TUNNEL_PORT
    """Port of this machine's loopback at which it is reached."""

    def __init__(self, machine: Machine, *, password: str, origin: str) -> None:
        """Describe the server on *machine*, whose superuser has *password*."""
        self.origin = origin
        self.password = password
        self._machine = machine
        self._tunnel: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Open the way; it is there when this returns."""
        address = self._machine.run(ADDRESS).stdout.strip()
        command = self._machine.command()
        ssh = command.index("ssh")
        command[ssh + 1 : ssh + 1] = ["-N", "-L", f"127.0.0.1:{TUNNEL_PORT}:{address}:{PORT}"]
        self._tunnel = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + TUNNEL_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    self._tunnel.kill()
                    raise MachineError(
                        f"expected PostgreSQL on {self._machine.name} to answer; last: {error}"
                    ) from None
                time.sleep(0.1)
            else:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the way."""
        if self._tunnel is not None:
            self._tunnel.terminate()
            self._tunnel.wait()

    @property
    def release(self) -> str:
        """Version that the server names."""
        return server_release(self.connect())

    def connect(
        self, dbname: str = "postgres", *, user: str | None = None, password: str | None = None
    ) -> Connection[TupleRow]:
        """Connect past the pooler, in autocommit mode; as the superuser unless *user* is named."""
        return psycopg.connect(
            host="127.0.0.1", port=TUNNEL_PORT, dbname=dbname, user=user or self.superuser,
            password=password or self.password, autocommit=True, connect_timeout=10,
        )  # fmt: skip


class RemotePgBouncer:
    """The pooler on a machine, reached as every client reaches it."""

    def __init__(self, *, host: str, port: int, password: str, origin: str, root: Path) -> None:
        """Describe the pooler; *root* is the certificate that its own must lead to."""
        self.host = host
        self.port = port
        self.origin = origin
        self._password = password
        self._root = root

    @property
    def release(self) -> str:
        """Version that it names."""
        return pooler_release(self.connect(ADMIN_DATABASE))

    def connect(
        self, dbname: str, *, user: str | None = None, password: str | None = None, autocommit: bool = True
    ) -> Connection[TupleRow]:
        """Connect through it, its certificate checked; as the superuser unless *user* is named."""
        return psycopg.connect(
            host=self.host, port=self.port, dbname=dbname, user=user or SUPERUSER,
            password=password or self._password, sslmode="verify-full", sslrootcert=str(self._root),
            autocommit=autocommit, connect_timeout=10, prepare_threshold=None,
        )  # fmt: skip
