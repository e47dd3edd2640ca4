"""Databases of an archive, restored into a server that lives for that alone."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hosts.backup.collect import Psql, summed_tables
from rehearsal.parts import PostgresVersion
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.postgresql_install import postgresql_install

VERSION: PostgresVersion = "16"
_MEMBERSHIP = re.compile(r"^(GRANT (?!.* ON ).+? TO .+?)(?: WITH (?P<options>[A-Z, ]+?))?( GRANTED BY .+)?;$")


class NotRestoredError(RuntimeError):
    """The archive could not be restored; carries PostgreSQL's last words."""


def restored_databases(
    files: Mapping[str, Path], *, roles: Path, version: str, scratch: Path, into: PostgresVersion = VERSION
) -> Mapping[str, Mapping[str, str]]:
    """Return database → table → rows and sum, after a restore of *roles* and *files* into a server of version *into*.

    The programs are those of the version that dumped: an older one cannot read its archives.
    """
    if version.partition(".")[0] != VERSION:
        raise NotRestoredError(f"PostgreSQL {version}: expected {VERSION}, the one that a restore can be tried with")
    with PostgresServer(into, folder=scratch / "server") as server:
        # Those of the server itself stay, or nobody could log in any more.
        own = (f"CREATE ROLE {server.superuser};", f"ALTER ROLE {server.superuser} ")
        lines = [line for line in roles.read_text(encoding="utf-8").splitlines() if not line.startswith(own)]
        kept = [_before_16(line) for line in lines] if into == "15" else lines
        _told(server, "psql", "-Xq", "--set=ON_ERROR_STOP=1", "--dbname=postgres", given="\n".join(kept))
        found = {}
        for name, file in files.items():
            create = [] if name == "postgres" else ["--create"]
            _told(server, "pg_restore", "--exit-on-error", *create, "--dbname=postgres", str(file))
            session = Psql(_command(server, "psql", "-XAtq", "--set=ON_ERROR_STOP=1", f"--dbname={_connection(name)}"))
            try:
                found[name] = summed_tables(session)
            finally:
                session.close()
        return found


def _before_16(line: str) -> str:
    """Return a membership without what 15 does not know; there every member inherits, and may become the role."""
    found = _MEMBERSHIP.match(line)
    if found is None:
        return line
    granted, options, by = found[1], found["options"] or "", found[3] or ""
    return f"{granted}{' WITH ADMIN OPTION' if 'ADMIN' in options else ''}{by};"


def _told(server: PostgresServer, program: str, *words: str, given: str = "") -> None:
    done = subprocess.run(_command(server, program, *words), input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRestoredError(f"{program}: {done.stderr.strip()[-500:]}")


def _command(server: PostgresServer, program: str, *words: str) -> list[str]:
    bin_folder = postgresql_install(VERSION, copy=server.folder / "install").path / "bin"
    passwords = server.folder / "pgpass"
    if not passwords.exists():
        descriptor = os.open(passwords, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"*:*:*:*:{server.password}\n")
    where: Sequence[str] = [f"--host={server.host}", f"--port={server.port}", f"--username={server.superuser}"]
    return ["env", f"PGPASSFILE={passwords}", str(bin_folder / program), *where, *words]


def _connection(database: str) -> str:
    quoted = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{quoted}'"
