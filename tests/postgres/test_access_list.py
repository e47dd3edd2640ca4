"""The access lists of a database are read to the last right, and made exact."""

import psycopg
import pytest

from provider.factory_error import FactoryError
from provider.postgres.access_list import make_access_list, read_access_list
from provider.postgres.grants import Grants
from provider.postgres.lookup_function import make_lookup_function
from provider.postgres.server import Server
from rehearsal.servers.postgresql import PostgresServer
from tests.postgres.conftest import OWNER, POOLER

WANTED: Grants = {
    "database": {OWNER: ("CONNECT", "CREATE", "OWNER", "TEMPORARY"), POOLER: ("CONNECT",)},
    "schema": {"pg_database_owner": ("CREATE", "OWNER", "USAGE"), POOLER: ("USAGE",)},
    "function": {POOLER: ("EXECUTE",), "postgres": ("EXECUTE", "OWNER")},
}


@pytest.fixture
def exact(server: Server, database: str) -> str:
    """Give a database whose lists are exact."""
    make_lookup_function(server, database, executor=POOLER)
    make_access_list(server, database, WANTED)
    return database


def test_defaults_are_spelled_out(postgresql: PostgresServer, server: Server, database: str) -> None:
    """A database nobody touched has an empty list in the catalogue, and is read as what that means."""
    with postgresql.connect(database) as connection:
        connection.execute("CREATE FUNCTION public.user_lookup(text) RETURNS text LANGUAGE sql AS $$SELECT 'a'$$")

    assert read_access_list(server, database) == {
        "database": {"PUBLIC": ("CONNECT", "TEMPORARY"), OWNER: ("CONNECT", "CREATE", "OWNER", "TEMPORARY")},
        "schema": {"PUBLIC": ("USAGE",), "pg_database_owner": ("CREATE", "OWNER", "USAGE")},
        "function": {"PUBLIC": ("EXECUTE",), "postgres": ("EXECUTE", "OWNER")},
    }


def test_list_is_made_exact(server: Server, database: str) -> None:
    """From the defaults, the wanted list is reached, and reads back as wanted."""
    make_lookup_function(server, database, executor=POOLER)

    assert make_access_list(server, database, WANTED) == WANTED
    assert read_access_list(server, database) == WANTED


DRIFT = {
    "connect to everybody": ("GRANT CONNECT ON DATABASE {db} TO PUBLIC", "database", "PUBLIC"),
    "temporary to everybody": ("GRANT TEMPORARY ON DATABASE {db} TO PUBLIC", "database", "PUBLIC"),
    "connect to a role": ("GRANT CONNECT ON DATABASE {db} TO someone", "database", "someone"),
    "connect to a role called PUBLIC": ('GRANT CONNECT ON DATABASE {db} TO "PUBLIC"', "database", '"PUBLIC"'),
    "a role with quotes": ('GRANT CONNECT ON DATABASE {db} TO "odd ""name"""', "database", 'odd "name"'),
    "right to pass on": ("GRANT CONNECT ON DATABASE {db} TO pooler WITH GRANT OPTION", "database", POOLER),
    "right passed on": (
        """GRANT CONNECT ON DATABASE {db} TO pooler WITH GRANT OPTION; SET ROLE pooler;
           GRANT CONNECT ON DATABASE {db} TO someone; GRANT CONNECT ON DATABASE {db} TO PUBLIC""",
        "database", "someone",
    ),
    "connect taken": ("REVOKE CONNECT ON DATABASE {db} FROM pooler", "database", POOLER),
    "owner's right taken": ("REVOKE CREATE ON DATABASE {db} FROM erp_role", "database", OWNER),
    "everything taken": ("REVOKE ALL ON DATABASE {db} FROM erp_role, pooler", "database", OWNER),
    "database given away": ("ALTER DATABASE {db} OWNER TO someone", "database", "someone"),
    "create to everybody": ("GRANT CREATE ON SCHEMA public TO PUBLIC", "schema", "PUBLIC"),
    "usage to a role": ("GRANT USAGE ON SCHEMA public TO someone", "schema", "someone"),
    "usage taken": ("REVOKE USAGE ON SCHEMA public FROM pooler", "schema", POOLER),
    "schema given away": ("ALTER SCHEMA public OWNER TO someone", "schema", "someone"),
    "execute to everybody": ("GRANT EXECUTE ON FUNCTION user_lookup(text) TO PUBLIC", "function", "PUBLIC"),
    "execute to a role": ("GRANT EXECUTE ON FUNCTION user_lookup(text) TO someone", "function", "someone"),
    "execute taken": ("REVOKE EXECUTE ON FUNCTION user_lookup(text) FROM pooler", "function", POOLER),
    "function given away": ("ALTER FUNCTION user_lookup(text) OWNER TO someone", "function", "someone"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "role"), DRIFT.values(), ids=DRIFT.keys())
def test_drift_is_seen_and_repaired(  # noqa: PLR0913 - three fixtures and the three columns of a case
    *, postgresql: PostgresServer, server: Server, exact: str, change: str, kind: str, role: str
) -> None:
    """Each right too many or too few shows up at its kind and role, and the list is made exact again."""
    with postgresql.connect(exact) as connection:
        connection.execute(change.format(db=f'"{exact}"'))

    found = read_access_list(server, exact)
    assert found is not None
    assert found[kind].get(role) != WANTED[kind].get(role)
    assert [other for other in WANTED if found[other] != WANTED[other]] == [kind]

    assert make_access_list(server, exact, WANTED) == WANTED
    assert _in_plain_sql(postgresql, exact) == {
        ("database", OWNER, OWNER, "CONNECT"), ("database", OWNER, OWNER, "CREATE"),
        ("database", OWNER, OWNER, "TEMPORARY"), ("database", OWNER, POOLER, "CONNECT"),
        ("schema", "pg_database_owner", "pg_database_owner", "CREATE"),
        ("schema", "pg_database_owner", "pg_database_owner", "USAGE"), ("schema", "pg_database_owner", POOLER, "USAGE"),
        ("function", "postgres", "postgres", "EXECUTE"), ("function", "postgres", POOLER, "EXECUTE"),
    }  # fmt: skip


def _in_plain_sql(postgresql: PostgresServer, database: str) -> set[tuple[str, str, str, str]]:
    """Read the lists without the code under test: kind, owner of the object, who, right."""
    query = """
        SELECT 'database', datdba::regrole::text, (aclexplode(datacl)).* FROM pg_database WHERE datname = %(name)s
        UNION SELECT 'schema', nspowner::regrole::text, (aclexplode(nspacl)).* FROM pg_namespace
               WHERE nspname = 'public'
        UNION SELECT 'function', proowner::regrole::text, (aclexplode(proacl)).* FROM pg_proc
               WHERE proname = 'user_lookup'
    """
    with postgresql.connect(database) as connection:
        rows = connection.execute(query, {"name": database}).fetchall()
        names: dict[int, str] = dict(connection.execute("SELECT oid, rolname FROM pg_roles").fetchall())
    return {
        (kind, owner, names.get(grantee, "PUBLIC"), privilege + ("*" if grantable else ""))
        for kind, owner, _, grantee, privilege, grantable in rows
    }


def test_grantor_is_named(postgresql: PostgresServer, server: Server, exact: str) -> None:
    """A right that somebody else than the owner passed on is told apart, and so is the right to pass on."""
    with postgresql.connect(exact) as connection:
        connection.execute(DRIFT["right passed on"][0].format(db=f'"{exact}"'))

    found = read_access_list(server, exact)

    assert found is not None
    assert found["database"] == {
        OWNER: ("CONNECT", "CREATE", "OWNER", "TEMPORARY"),
        POOLER: ("CONNECT WITH GRANT OPTION",),
        "someone": ("CONNECT GRANTED BY pooler",),
        "PUBLIC": ("CONNECT GRANTED BY pooler",),
    }


def test_grant_option_can_be_wanted(server: Server, exact: str) -> None:
    """A right to pass on is given where it is asked for."""
    wanted = {**WANTED, "schema": {**WANTED["schema"], "someone": ("CREATE", "USAGE WITH GRANT OPTION")}}

    assert make_access_list(server, exact, wanted) == wanted


def test_unknown_role_is_shown_and_not_passed_over(postgresql: PostgresServer, server: Server, exact: str) -> None:
    """A right of a role that no longer exists is shown; as SQL cannot take it away, repairing says so."""
    with postgresql.connect(exact) as connection:
        connection.execute(
            """UPDATE pg_database SET datacl = datacl || makeaclitem(123456, datdba, 'CONNECT', false)
                WHERE datname = %s""",
            [exact],
        )

    found = read_access_list(server, exact)
    assert found is not None
    assert found["database"]["unknown (OID=123456)"] == ("CONNECT",)
    with pytest.raises(FactoryError, match="unknown"):
        make_access_list(server, exact, WANTED)


def test_right_that_stays_is_not_passed_over(postgresql: PostgresServer, server: Server, exact: str) -> None:
    """A right whose giver never had it stays when rights are taken away: that is an error, and nothing is changed."""
    with postgresql.connect(exact) as connection:
        connection.execute(
            """UPDATE pg_database
                  SET datacl = datacl || makeaclitem('someone'::regrole, 'pooler'::regrole, 'CONNECT', false)
                WHERE datname = %s""",
            [exact],
        )

    with pytest.raises(FactoryError, match=r"not as written after they were given.*CONNECT GRANTED BY pooler"):
        make_access_list(server, exact, WANTED)

    found = read_access_list(server, exact)
    assert found is not None
    assert found["database"]["someone"] == ("CONNECT GRANTED BY pooler",)


def test_nothing_is_written_when_nothing_differs(postgresql: PostgresServer, server: Server, exact: str) -> None:
    """Making an exact list exact writes nothing: the row of the database is the same version as before."""
    with postgresql.connect(exact) as connection:
        before = connection.execute("SELECT xmin FROM pg_database WHERE datname = %s", [exact]).fetchone()

        make_access_list(server, exact, WANTED)

        assert connection.execute("SELECT xmin FROM pg_database WHERE datname = %s", [exact]).fetchone() == before


def test_failure_leaves_everything_as_it_was(server: Server, exact: str) -> None:
    """When one right cannot be given, none is changed, not even those of another kind."""
    wanted = {"database": {OWNER: ("OWNER",)}, "schema": {"nobody-at-all": ("OWNER",)}, "function": WANTED["function"]}

    with pytest.raises(FactoryError, match='role "nobody-at-all" does not exist'):
        make_access_list(server, exact, wanted)

    assert read_access_list(server, exact) == WANTED


def test_missing_parts_are_gone(postgresql: PostgresServer, server: Server, exact: str) -> None:
    """A missing function, schema or database reads as gone; rights on what is missing are refused, naming it."""
    with postgresql.connect(exact) as connection:
        connection.execute("DROP FUNCTION public.user_lookup(text)")
    assert read_access_list(server, exact) is None
    with pytest.raises(FactoryError, match="its function is missing"):
        make_access_list(server, exact, WANTED)
    with postgresql.connect(exact) as connection:
        connection.execute("DROP SCHEMA public")
    assert read_access_list(server, exact) is None
    assert read_access_list(server, "no-such-database") is None


@pytest.mark.parametrize(
    "default",
    ["SET search_path = evil, pg_catalog", "SET role = 'erp_role'", "SET default_transaction_read_only = on"],
)
def test_defaults_of_the_database_do_not_reach_us(
    postgresql: PostgresServer, server: Server, exact: str, default: str
) -> None:
    """What an owner sets for whoever connects to the database changes neither reading nor writing."""
    with postgresql.connect(exact) as connection:
        connection.execute(f'GRANT CONNECT ON DATABASE "{exact}" TO PUBLIC')
        connection.execute("GRANT EXECUTE ON FUNCTION public.user_lookup(text) TO PUBLIC")
        connection.execute("""
            CREATE SCHEMA evil;
            CREATE TABLE evil.pg_database AS SELECT * FROM pg_catalog.pg_database WHERE false;
        """)
        connection.execute(f'ALTER DATABASE "{exact}" {default}')
    server.close()

    found = read_access_list(server, exact)
    assert found is not None
    assert found["database"].keys() == {OWNER, POOLER, "PUBLIC"}

    assert make_access_list(server, exact, WANTED) == WANTED


def test_lists_are_enforced(postgresql: PostgresServer, exact: str) -> None:
    """With the exact list, another role can neither connect nor look anybody up."""
    with postgresql.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS visitor; CREATE ROLE visitor LOGIN PASSWORD 'word'")

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        postgresql.connect(exact, user="visitor", password="word")  # noqa: S106 - of a throw-away role
