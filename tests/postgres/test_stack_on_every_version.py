"""The whole stack, applied by the embedded engine to a server of each version, does what it is for."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.rows import TupleRow
from pydantic import JsonValue

from ops.official.event_log import Document
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.stack_files import write_stack_files
from rehearsal.stack_runner import StackRunner
from tests.postgres.conftest import POOLER

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = ROOT / "rehearsal" / "standins"
WORD = "a-word"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Applied:
    """The stack, applied twice."""

    first: Document
    """What the first run did."""
    second: Document
    """What the second run did."""
    server: PostgresServer
    """Where."""
    password: str
    """Password of `credentials_editor`."""

    def as_editor(self, database: str) -> Connection[TupleRow]:
        """Connect as the role that mints credentials."""
        return self.server.connect(database, user="credentials_editor", password=self.password)


@pytest.fixture(scope="module")
def applied(postgresql: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    """Apply the stack with two applications, twice."""
    folder = tmp_path_factory.mktemp("stack")
    settings: dict[str, JsonValue] = {
        "org": "arcodange-org", "domain": "arcodange.lab", "pgbouncer_user": POOLER,
        "server": {"host": postgresql.host, "port": postgresql.port, "username": "postgres", "sslmode": "disable"},
        "applications": [{"name": "canary"}, {"name": "canary", "environment": "next-one"}],
    }  # fmt: skip
    stand_ins = {name: STAND_INS / name for name in ("postgresql", "random")}
    write_stack_files(folder, stack="postgres", program=ROOT, settings=settings, plugins=stand_ins)
    stack = StackRunner(
        folder, stack="postgres", engine="embedded", checkout=ROOT,
        secrets_of_providers={"PGPASSWORD": postgresql.password},
    )  # fmt: skip
    first, second = stack.run("up"), stack.run("up", refresh=True)
    password = stack.secret_output("credentials_editor_password")
    yield Applied(first=first, second=second, server=postgresql, password=password)
    with postgresql.connect() as connection:
        for name in "canary", "canary-next-one":
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute('DROP ROLE canary_role, "canary_next-one_role", credentials_editor')


def test_second_run_changes_nothing(applied: Applied) -> None:
    """The first run makes everything; the second, which asks the server first, changes nothing."""
    assert applied.first.result == applied.second.result == "succeeded"
    assert applied.first.counts["create"] == len(applied.first.steps)
    assert set(applied.second.counts) <= {"same", "refresh"}


def test_editor_mints_credentials(applied: Applied) -> None:
    """The editor, no superuser, makes a login role that owns what the application owns, and takes it away again."""
    with applied.as_editor("postgres") as editor:
        editor.execute(f"CREATE ROLE minted LOGIN PASSWORD '{WORD}' VALID UNTIL '2999-01-01' IN ROLE canary_role")
        editor.execute("ALTER ROLE minted SET role = 'canary_role'")

    with applied.server.connect("canary", user="minted", password=WORD) as minted:
        minted.execute("CREATE TABLE IF NOT EXISTS public.notes (text text)")
        owner = minted.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'notes'").fetchone()
    assert owner == ("canary_role",)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        applied.server.connect("canary-next-one", user="minted", password=WORD)

    with applied.as_editor("postgres") as editor:
        editor.execute("DROP ROLE minted")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        applied.server.connect("canary", user="minted", password=WORD)


def test_minted_role_with_objects_of_its_own(applied: Applied) -> None:
    """Objects that a minted role made as itself go to the owner role, and then it can be dropped."""
    with applied.as_editor("postgres") as editor:
        editor.execute(f"CREATE ROLE careless LOGIN PASSWORD '{WORD}' IN ROLE canary_role")
    with applied.server.connect("canary", user="careless", password=WORD) as careless:
        careless.execute("CREATE TABLE public.own (text text)")

    with applied.as_editor("canary") as editor:
        editor.execute("GRANT careless TO credentials_editor")
        editor.execute("REASSIGN OWNED BY careless TO canary_role")
        editor.execute("DROP OWNED BY careless")
        editor.execute("DROP ROLE careless")
        owner = editor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'own'").fetchone()

    assert owner == ("canary_role",)


def test_editor_gives_no_more_than_it_has(applied: Applied) -> None:
    """The editor can neither read hashes, nor call the lookup function, nor make a superuser."""
    with applied.as_editor("postgres") as editor:
        for statement in (
            "SELECT passwd FROM pg_catalog.pg_shadow",
            "SELECT * FROM public.user_lookup('credentials_editor')",
            "CREATE ROLE boss_of_all SUPERUSER",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                editor.execute(statement)
