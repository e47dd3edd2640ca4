"""PostgreSQL on a host, as far as values tell, and what it keeps of a password on a real server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hosts.layers.postgres import Postgres, render_compose, render_configuration
from hosts.layers.postgres_facts import FoundDatabase, FoundRole, FoundServer
from hosts.layers.postgres_roles import Role, role_faults, role_script
from hosts.layers.postgres_tuning import tuned
from hosts.layers.postgres_verifier import scram_verifier
from rehearsal.part import find_part
from rehearsal.parts import postgresql
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

SETTINGS = Postgres(image="postgres:16", mount="/mnt/data", folder="/mnt/data/postgres", memory_mib=2048)
PASSWORD = "a word of this test"  # noqa: S105 - of a role that lives as long as the test
GOOD = FoundRole(verifier=scram_verifier(PASSWORD, role="forge"), login=True, superuser=False, privileged=False)
FORGE = Role(name="forge", verifier=scram_verifier(PASSWORD, role="forge"), database="forge_data")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Start a real server."""
    with own_folder() as folder, PostgresServer("16", folder=folder / "server") as started:
        yield started


def told(server: PostgresServer, script: str) -> None:
    """Let psql do what the operation gives it, as the superuser."""
    psql = Path(find_part(postgresql("16")).path).with_name("psql")
    subprocess.run(
        [
            psql, "-Xq", "--set=ON_ERROR_STOP=1", "--host", server.host, "--port", str(server.port),
            "--username", server.superuser, "--dbname=postgres",
        ],
        input=script, text=True, check=True, capture_output=True,
        env={"PGPASSWORD": server.password, "PATH": "/usr/bin"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        (512, ("128MB", "384MB", "32MB", "4MB")),
        (4096, ("1024MB", "3072MB", "256MB", "7MB")),
        (65536, ("16384MB", "49152MB", "1024MB", "122MB")),
    ],
)
def test_memory_decides(memory: int, expected: tuple[str, ...]) -> None:
    """A quarter is the server's own, the rest is counted on as the cache of its files; nothing grows beyond use."""
    found = tuned(memory_mib=memory, max_connections=100)

    assert tuple(found.values()) == expected


def test_every_setting_is_known(server: PostgresServer) -> None:
    """The real server of the same version can read the file and knows every setting in it."""
    data = server.folder / "data"
    (data / "rendered.conf").write_text(render_configuration(SETTINGS))
    with (data / "postgresql.conf").open("a") as configuration:
        configuration.write("include 'rendered.conf'\n")
    question = "SELECT name, error FROM pg_file_settings WHERE sourcefile LIKE '%%/rendered.conf'"

    with server.connect() as connection:
        found: dict[str, str | None] = dict(connection.execute(question).fetchall())

    assert len(found) == len(render_configuration(SETTINGS).splitlines())
    assert [name for name, error in found.items() if error and "unrecognized" in error] == []


def test_server_is_not_published() -> None:
    """Only containers of its network reach the server; what it reads cannot be written by it."""
    compose = render_compose(SETTINGS, files_label="x")

    assert "ports" not in compose
    assert "/opt/factory/postgres/etc:/etc/postgresql:ro" in compose


def test_verifier_lets_the_password_in(server: PostgresServer) -> None:
    """The server takes what was computed for its own, and lets in who knows the password and nobody else."""
    told(server, role_script(FORGE))

    server.connect("forge_data", user="forge", password=PASSWORD).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect("forge_data", user="forge", password=PASSWORD.upper())
    with server.connect() as connection:
        row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'forge'").fetchone()
    assert row == (FORGE.verifier,)


def test_verifier_differs_by_role() -> None:
    """Two roles with the same password do not show it by what is kept of them; the same role always has the same."""
    assert scram_verifier(PASSWORD, role="one") != scram_verifier(PASSWORD, role="two")
    assert scram_verifier(PASSWORD, role="one") == scram_verifier(PASSWORD, role="one")


def test_script_repairs_whatever_it_finds(server: PostgresServer) -> None:
    """Run over a role and a database that somebody changed, it makes them as declared, and may run again."""
    told(server, role_script(FORGE))
    with server.connect() as connection:
        connection.execute("CREATE ROLE other")
        connection.execute("ALTER ROLE forge NOLOGIN SUPERUSER CREATEDB PASSWORD 'x'")
        connection.execute("ALTER DATABASE forge_data OWNER TO other")
        connection.execute("GRANT CONNECT ON DATABASE forge_data TO PUBLIC")
    told(server, role_script(FORGE))
    told(server, role_script(FORGE))

    server.connect("forge_data", user="forge", password=PASSWORD).close()
    with server.connect() as connection:
        rights = "SELECT rolcanlogin, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'forge'"
        assert connection.execute(rights).fetchone() == (True, False, False)
        owner = """
            SELECT pg_get_userbyid(datdba), has_database_privilege('public', oid, 'CONNECT')
              FROM pg_database WHERE datname = 'forge_data'
        """
        assert connection.execute(owner).fetchone() == ("forge", False)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, ["no server answers"]),
        (FoundServer(), ["missing", "database forge_data missing"]),
        (
            FoundServer(roles={"forge": GOOD}, databases={"forge_data": FoundDatabase(owner="forge", open=False)}),
            [],
        ),
        (
            FoundServer(
                roles={"forge": FoundRole(verifier=None, login=False, superuser=True, privileged=False)},
                databases={"forge_data": FoundDatabase(owner="postgres", open=True)},
            ),
            [
                "another password",
                "may not log in",
                "may more than log in",
                "database forge_data belongs to postgres",
                "database forge_data is open to everybody",
            ],
        ),
    ],
)
def test_each_difference_is_named(found: FoundServer | None, expected: list[str]) -> None:
    """What is not as declared is said in words, without what is kept of a password."""
    assert [*role_faults(FORGE, found=found)] == expected
