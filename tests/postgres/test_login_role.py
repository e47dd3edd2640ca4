"""The role that logs in is made exact, and keeps what it is a member of."""

from collections.abc import Iterator

import psycopg
import pytest

from provider.login_role_kind import ANOTHER, LoginRoleKind
from provider.postgres.login_role import ATTRIBUTES, is_password
from provider.postgres.server import Server
from rehearsal.servers.postgresql import PostgresServer

ROLE = "credentials_editor"
PASSWORD = "first"  # noqa: S105 - of a server that lives as long as the test
INPUTS = {"name": ROLE, "password": PASSWORD, "attributes": ATTRIBUTES}


@pytest.fixture
def kind(postgresql: PostgresServer, server: Server) -> Iterator[LoginRoleKind]:
    """Make the role, a member of an owner role with admin option as the stack does it."""
    kind = LoginRoleKind(server)
    kind.make(INPUTS, {})
    with postgresql.connect() as connection:
        connection.execute(f"GRANT erp_role TO {ROLE} WITH ADMIN OPTION")
    yield kind
    with postgresql.connect() as connection:
        connection.execute(f"REVOKE erp_role FROM {ROLE}; ALTER ROLE {ROLE} NOSUPERUSER")
    kind.delete(ROLE)


def _may_log_in(postgresql: PostgresServer, password: str) -> bool:
    try:
        psycopg.connect(
            host=postgresql.host, port=postgresql.port, user=ROLE, password=password, dbname="postgres"
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _memberships(postgresql: PostgresServer) -> list[tuple[object, ...]]:
    with postgresql.connect() as connection:
        return connection.execute(
            "SELECT pg_get_userbyid(roleid), admin_option FROM pg_auth_members WHERE pg_get_userbyid(member) = %s",
            [ROLE],
        ).fetchall()


@pytest.mark.usefixtures("kind")
def test_it_logs_in(postgresql: PostgresServer) -> None:
    """The role logs in with its password, and with no other."""
    assert _may_log_in(postgresql, PASSWORD)
    assert not _may_log_in(postgresql, "another")


def test_as_declared(kind: LoginRoleKind) -> None:
    """Nothing changed: reading gives what was declared."""
    found = kind.read(ROLE, INPUTS, {})

    assert found is not None
    assert found.outputs == found.inputs == INPUTS


def test_a_new_password_costs_no_membership(postgresql: PostgresServer, kind: LoginRoleKind) -> None:
    """The new password is the only one that works, and the role still administers the owner role."""
    kind.make({**INPUTS, "password": "second"}, {})

    assert _may_log_in(postgresql, "second")
    assert not _may_log_in(postgresql, PASSWORD)
    assert _memberships(postgresql) == [("erp_role", True)]


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("SUPERUSER", "CREATEROLE, INHERIT, LOGIN, SUPERUSER"),
        ("NOCREATEROLE", "INHERIT, LOGIN"),
        ("NOLOGIN", "CREATEROLE, INHERIT"),
        ("NOINHERIT", "CREATEROLE, LOGIN"),
        ("CREATEDB REPLICATION BYPASSRLS", "BYPASSRLS, CREATEDB, CREATEROLE, INHERIT, LOGIN, REPLICATION"),
        ("CONNECTION LIMIT 3", "CONNECTION LIMIT 3, CREATEROLE, INHERIT, LOGIN"),
        ("VALID UNTIL '2001-01-01 00:00+00'", "CREATEROLE, INHERIT, LOGIN, VALID UNTIL 2001-01-01"),
        ("SET search_path = evil", "CREATEROLE, INHERIT, LOGIN, SET search_path=evil"),
        ("IN DATABASE postgres SET role = someone", "CREATEROLE, INHERIT, LOGIN, SET role=someone IN postgres"),
    ],
)
def test_a_change_by_hand(postgresql: PostgresServer, kind: LoginRoleKind, change: str, shown: str) -> None:
    """Each thing that ALTER ROLE can change is shown, and gone after the repair, without a lost membership."""
    with postgresql.connect() as connection:
        connection.execute(f"ALTER ROLE {ROLE} {change}".encode())
    found = kind.read(ROLE, INPUTS, {})
    assert found is not None
    assert str(found.outputs["attributes"]).startswith(shown)

    kind.make(INPUTS, {})

    repaired = kind.read(ROLE, INPUTS, {})
    assert repaired is not None
    assert repaired.outputs == INPUTS
    assert _may_log_in(postgresql, PASSWORD)
    assert _memberships(postgresql) == [("erp_role", True)]


@pytest.mark.parametrize("password", ["'theirs'", "NULL"])
def test_a_password_changed_by_hand(postgresql: PostgresServer, kind: LoginRoleKind, password: str) -> None:
    """Another password, or none, is seen though it cannot be read, and the declared one put back."""
    with postgresql.connect() as connection:
        connection.execute(f"ALTER ROLE {ROLE} PASSWORD {password}".encode())
    found = kind.read(ROLE, INPUTS, {})
    assert found is not None
    assert found.outputs["password"] == ANOTHER

    kind.make(INPUTS, {})

    assert _may_log_in(postgresql, PASSWORD)


def test_gone(kind: LoginRoleKind) -> None:
    """A role that does not exist is said to be gone."""
    assert kind.read("nobody-at-all", {}, {}) is None


def test_the_password_is_in_no_statement(
    postgresql: PostgresServer, kind: LoginRoleKind, capfd: pytest.CaptureFixture[str]
) -> None:
    """The server, told to log every statement, never sees the password itself."""
    with postgresql.connect() as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
    kind.make({**INPUTS, "password": "never-to-be-logged"}, {})
    with postgresql.connect() as connection:
        connection.execute("ALTER SYSTEM RESET log_statement")
        connection.execute("SELECT pg_reload_conf()")

    logs = "".join(file.read_text(errors="replace") for file in postgresql.folder.rglob("*log*") if file.is_file())
    assert "ALTER ROLE" in logs
    assert "never-to-be-logged" not in logs + capfd.readouterr().err


@pytest.mark.parametrize("password", ["pässword", "two\nlines"])
def test_refused_passwords(server: Server, password: str) -> None:
    """A password that PostgreSQL would change before hashing is refused, without being repeated."""
    ((place, fault),) = LoginRoleKind(server).check({"name": ROLE, "password": password}).faults

    assert place == "password"
    assert password not in fault


@pytest.mark.parametrize(
    ("verifier", "fits"),
    [
        # The example of RFC 7677.
        (
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
            True,
        ),
        ("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$AAAA:AAAA", False),
        ("md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", False),
        (None, False),
    ],
)
def test_comparison_with_a_verifier(verifier: str | None, fits: bool) -> None:  # noqa: FBT001 - a column of the table above
    """What the server keeps is recognised by the standard's own example, and nothing else is."""
    assert is_password("pencil", verifier) is fits
