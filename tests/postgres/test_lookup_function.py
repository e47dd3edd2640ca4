"""The lookup function gives a hash to the pooler, and to nobody else by any trick."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from provider.factory_error import FactoryError
from provider.postgres.access_list import read_access_list
from provider.postgres.lookup_function import (
    DEFINITION,
    LookupFunction,
    drop_lookup_function,
    make_lookup_function,
    read_lookup_function,
)
from provider.postgres.server import Server
from rehearsal.servers.postgresql import PostgresServer
from tests.postgres.conftest import OWNER, POOLER

WANTED = LookupFunction(definition=DEFINITION, owner="postgres", executors=(POOLER,))


@pytest.fixture
def caller(postgresql: PostgresServer, server: Server, database: str) -> Iterator[Connection[TupleRow]]:
    """Connect as a superuser who acts as the pooler, to a database that has the function and three users."""
    make_lookup_function(server, database, executor=POOLER)
    connection = postgresql.connect(database)
    connection.execute(f"""
        DROP ROLE IF EXISTS valid, lapsed, timeless, boss;
        CREATE ROLE valid LOGIN PASSWORD 'a' VALID UNTIL '2999-01-01';
        CREATE ROLE lapsed LOGIN PASSWORD 'b' VALID UNTIL '2001-01-01';
        CREATE ROLE timeless LOGIN PASSWORD 'c';
        CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'd';
        GRANT CREATE, USAGE ON SCHEMA public TO {POOLER};
        SET ROLE {POOLER};
    """)
    yield connection
    connection.close()


def _looked_up(connection: Connection[TupleRow], user: str) -> list[TupleRow]:
    return connection.execute("SELECT uname, phash FROM public.user_lookup(%s)", [user]).fetchall()


@pytest.mark.parametrize("user", ["valid", "timeless"])
def test_user_is_found(caller: Connection[TupleRow], user: str) -> None:
    """A user whose password is still good is found with its hash."""
    ((name, password_hash),) = _looked_up(caller, user)

    assert name == user
    assert password_hash.startswith("SCRAM-SHA-256$")


@pytest.mark.parametrize("user", ["lapsed", "boss", "postgres", "nobody-at-all", POOLER, "valid' OR true --"])
def test_user_is_not_found(caller: Connection[TupleRow], user: str) -> None:
    """No row at all for an expired password, a superuser, a role that cannot log in, or a name that does not exist."""
    assert _looked_up(caller, user) == []


ATTACKS = {
    "own operator": """
        CREATE SCHEMA evil;
        CREATE FUNCTION evil.always(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.always);
        CREATE FUNCTION evil.later(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        CREATE OPERATOR evil.> (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = evil.later);
        SET search_path = evil, pg_catalog;
    """,
    "own clock": """
        CREATE SCHEMA evil;
        CREATE FUNCTION evil.statement_timestamp() RETURNS timestamptz LANGUAGE sql
            AS $$SELECT CAST('1999-01-01' AS timestamptz)$$;
        SET search_path = evil, pg_catalog;
    """,
    "own table": """
        CREATE SCHEMA evil;
        CREATE TABLE evil.pg_shadow AS SELECT CAST('lapsed' AS name) AS usename, 'forged' AS passwd,
            false AS usesuper, CAST(NULL AS timestamptz) AS valuntil;
        SET search_path = evil, pg_catalog;
    """,
    "temporary table": """
        CREATE TEMPORARY TABLE pg_shadow AS SELECT CAST('lapsed' AS name) AS usename, 'forged' AS passwd,
            false AS usesuper, CAST(NULL AS timestamptz) AS valuntil;
        SET search_path = pg_temp, pg_catalog;
    """,
    "own type": """
        CREATE SCHEMA evil;
        CREATE DOMAIN evil.text AS integer;
        CREATE DOMAIN evil.timestamptz AS integer;
        SET search_path = evil, pg_catalog;
    """,
    "own overload": """
        CREATE FUNCTION public.user_lookup(i_username name, OUT uname text, OUT phash text) LANGUAGE sql
            AS $$SELECT CAST(i_username AS text), 'forged'$$;
        CREATE FUNCTION public.user_lookup(i_username varchar, OUT uname text, OUT phash text) LANGUAGE sql
            AS $$SELECT CAST(i_username AS text), 'forged'$$;
    """,
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_caller_cannot_bend_it(caller: Connection[TupleRow], database: str, attack: str) -> None:
    """Objects of the caller in front of the real ones change no answer: neither the refused nor the given one."""
    caller.execute("RESET ROLE")
    caller.execute(psycopg.sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
        psycopg.sql.Identifier(database), psycopg.sql.Identifier(POOLER)
    ))  # fmt: skip
    caller.execute(f"SET ROLE {POOLER}")

    caller.execute(attack)

    assert _looked_up(caller, "lapsed") == []
    assert _looked_up(caller, "boss") == []
    ((name, password_hash),) = _looked_up(caller, "valid")
    assert name == "valid"
    assert password_hash.startswith("SCRAM-SHA-256$")


def test_attacks_work_on_a_careless_function(caller: Connection[TupleRow]) -> None:
    """The attack with an operator reaches every hash where the function is written without care: the test can fail."""
    caller.execute("RESET ROLE")
    caller.execute(DEFINITION.replace(" SET search_path TO 'pg_catalog', 'pg_temp'\n", "")
                   .replace("OPERATOR(pg_catalog.=)", "=").replace("OPERATOR(pg_catalog.>)", ">"))  # fmt: skip
    caller.execute(ATTACKS["own operator"])

    assert "lapsed" in [name for name, _ in _looked_up(caller, "nobody-at-all")]


def test_callable_by_the_executor_alone(postgresql: PostgresServer, server: Server, database: str) -> None:
    """After it is made, even where a default would give it to everybody, only owner and executor may call it."""
    with postgresql.connect(database) as connection:
        connection.execute("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO someone")

    make_lookup_function(server, database, executor=POOLER)

    found = read_access_list(server, database)
    assert found is not None
    assert found["function"] == {POOLER: ("EXECUTE",), "postgres": ("EXECUTE", "OWNER")}
    with postgresql.connect(database) as connection:
        connection.execute("SET ROLE someone")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _looked_up(connection, "postgres")


def test_made_function_reads_as_made(server: Server, database: str) -> None:
    """What is read back is what was made, on every version: text, owner and who may call it."""
    made = make_lookup_function(server, database, executor=POOLER)

    assert made == WANTED
    assert read_lookup_function(server, database) == WANTED


CHANGES = {
    "body": "CREATE OR REPLACE FUNCTION public.user_lookup(i_username text, OUT uname text, OUT phash text)"
    " RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO 'pg_catalog', 'pg_temp'"
    " AS $$SELECT 'a', 'b'$$",
    "not a definer": "ALTER FUNCTION public.user_lookup(text) SECURITY INVOKER",
    "volatility": "ALTER FUNCTION public.user_lookup(text) VOLATILE",
    "strictness": "ALTER FUNCTION public.user_lookup(text) STRICT",
    "leakproof": "ALTER FUNCTION public.user_lookup(text) LEAKPROOF",
    "parallel": "ALTER FUNCTION public.user_lookup(text) PARALLEL SAFE",
    "cost": "ALTER FUNCTION public.user_lookup(text) COST 7",
    "search path": "ALTER FUNCTION public.user_lookup(text) SET search_path = public",
    "no search path": "ALTER FUNCTION public.user_lookup(text) RESET search_path",
    "more configuration": "ALTER FUNCTION public.user_lookup(text) SET work_mem = '64kB'",
    "owner": f"ALTER FUNCTION public.user_lookup(text) OWNER TO {OWNER}",
    "language": "DROP FUNCTION public.user_lookup(text); CREATE FUNCTION public.user_lookup(i_username text,"
    " OUT uname text, OUT phash text) RETURNS SETOF record LANGUAGE plpgsql AS $$BEGIN END$$",
    "shape": "DROP FUNCTION public.user_lookup(text); CREATE FUNCTION public.user_lookup(text) RETURNS text"
    " LANGUAGE sql AS $$SELECT 'a'$$",
    "procedure": "DROP FUNCTION public.user_lookup(text); CREATE PROCEDURE public.user_lookup(text)"
    " LANGUAGE sql AS $$SELECT 1$$",
    "aggregate": "DROP FUNCTION public.user_lookup(text);"
    " CREATE FUNCTION public.first(text, text) RETURNS text LANGUAGE sql AS $$SELECT $1$$;"
    " CREATE AGGREGATE public.user_lookup(text) (SFUNC = public.first, STYPE = text)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change_is_seen_and_repaired(postgresql: PostgresServer, server: Server, database: str, change: str) -> None:
    """Whatever is changed by hand is read as different, and made exact again."""
    make_lookup_function(server, database, executor=POOLER)
    with postgresql.connect(database) as connection:
        connection.execute(change)

    assert read_lookup_function(server, database) != WANTED

    make_lookup_function(server, database, executor=POOLER)
    assert read_lookup_function(server, database) == WANTED


def test_right_on_a_foreign_function_does_not_survive(
    postgresql: PostgresServer, server: Server, database: str
) -> None:
    """An owner who replaced the function and gave it away does not keep a right on the one that is put back."""
    make_lookup_function(server, database, executor=POOLER)
    with postgresql.connect(database) as connection:
        connection.execute(CHANGES["shape"])
        connection.execute("GRANT EXECUTE ON FUNCTION public.user_lookup(text) TO someone WITH GRANT OPTION")

    make_lookup_function(server, database, executor=POOLER)

    found = read_access_list(server, database)
    assert found is not None
    assert found["function"] == {POOLER: ("EXECUTE",), "postgres": ("EXECUTE", "OWNER")}


def test_missing_function_and_missing_database_are_gone(server: Server, database: str) -> None:
    """A missing function, and a missing database, read as nothing there."""
    assert read_lookup_function(server, database) is None
    assert read_lookup_function(server, "no-such-database") is None


def test_dropping_twice(server: Server, database: str) -> None:
    """Dropping takes the function away; once more, or in a database that is gone, changes nothing and is no error."""
    make_lookup_function(server, database, executor=POOLER)

    drop_lookup_function(server, database)
    drop_lookup_function(server, database)
    drop_lookup_function(server, "no-such-database")

    assert read_lookup_function(server, database) is None


def test_missing_executor_is_named(server: Server, database: str) -> None:
    """Without the role that may call it there is no function at all, and the message names the role."""
    with pytest.raises(FactoryError, match='role "nobody-at-all" does not exist'):
        make_lookup_function(server, database, executor="nobody-at-all")

    assert read_lookup_function(server, database) is None
