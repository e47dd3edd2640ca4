"""The superuser's password, asked of a real server."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.credentials.finding import Finding, State
from ops.credentials.postgres import check_postgres
from provider.postgres.server import ServerAddress
from rehearsal.servers.free_port import free_port
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.pgbouncer import PgBouncer
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Run a server with a role that is no superuser and one whose password has expired."""
    with own_folder() as folder, PostgresServer("16", folder=folder / "postgresql") as server:
        with server.connect() as connection:
            connection.execute(f"CREATE ROLE plain LOGIN PASSWORD '{server.password}'")
            connection.execute(
                f"CREATE ROLE late SUPERUSER LOGIN PASSWORD '{server.password}' VALID UNTIL '2001-01-01'"
            )
        yield server


def _address(server: PostgresServer) -> ServerAddress:
    return ServerAddress(host=server.host, port=server.port, username=server.superuser, sslmode="disable")


def _asked(address: ServerAddress, password: str) -> Finding:
    return check_postgres(address, environment={"PGPASSWORD": password})


def test_a_superuser(server: PostgresServer) -> None:
    """The right password is good, and its role is named."""
    found = _asked(_address(server), server.password)

    assert (found.state, found.found) == (State.OK, "superuser postgres")


def test_nothing_is_set(server: PostgresServer) -> None:
    """The variable is named, and whose password it is."""
    found = _asked(_address(server), "")

    assert (found.state, found.found) == (State.MISSING, "PGPASSWORD is not set")
    assert found.helps == f"export PGPASSWORD: the password of postgres at 127.0.0.1:{server.port}"


def test_nobody_is_a_superuser(server: PostgresServer) -> None:
    """A role that may log in and no more is not enough."""
    found = _asked(dataclasses.replace(_address(server), username="plain"), server.password)

    assert found.state is State.NO_PERMISSION


@pytest.mark.parametrize(("username", "password"), [("postgres", "wrong-one"), ("late", ""), ("unheard-of", "")])
def test_a_password_that_is_refused(server: PostgresServer, username: str, password: str) -> None:
    """A wrong password, an expired one and a role that is not there look the same to a client; none is repeated."""
    found = _asked(dataclasses.replace(_address(server), username=username), password or server.password)

    assert found.state is State.REFUSED
    assert "wrong-one" not in found.found + found.helps


def test_nobody_answers() -> None:
    """No server is not a fault of the password."""
    found = _asked(ServerAddress(host="127.0.0.1", port=free_port(), username="postgres", sslmode="disable"), "x")

    assert found.state is State.UNREACHABLE


def test_no_encryption(server: PostgresServer) -> None:
    """A server without TLS is not talked to where the settings ask for it."""
    found = _asked(dataclasses.replace(_address(server), sslmode="require"), server.password)

    assert found.state is State.UNTRUSTED
    assert "offers no encryption" in found.found


def test_somebody_else_answers(server: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A certificate of another authority stops the check before the password is sent."""
    root = tmp_path / "root.crt"
    root.write_text(ThrowAwayAuthority().root, encoding="utf-8")
    with PgBouncer(server, folder=server.folder.parent / "bouncer", lookup_user="pooler") as bouncer:
        monkeypatch.setenv("PGSSLROOTCERT", str(root))
        address = ServerAddress(host=bouncer.host, port=bouncer.port, username="postgres", sslmode="verify-full")

        found = _asked(address, server.password)

    assert found.state is State.UNTRUSTED
    assert "not of an authority that is trusted here" in found.found
