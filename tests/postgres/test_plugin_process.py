"""The provider's process answers as the protocol asks, against real servers."""

from collections.abc import Iterator

import grpc
import pytest

from provider.postgres.lookup_function import DEFINITION
from provider.values import Properties, Unknown
from rehearsal.servers.postgresql import PostgresServer
from tests.postgres.conftest import OWNER, POOLER
from tests.postgres.plugin import Plugin

LOOKUP = "factory:postgres:LookupFunction"
ACCESS = "factory:postgres:AccessList"


@pytest.fixture(scope="module")
def plugin(postgresql: PostgresServer) -> Iterator[Plugin]:
    """Start the provider for the server."""
    with Plugin({"PGPASSWORD": postgresql.password}) as plugin:
        answer = plugin.configure(
            host=postgresql.host, port=str(postgresql.port), username="postgres", sslmode="disable"
        )
        assert not answer.acceptSecrets
        assert answer.supportsPreview
        yield plugin


def _access(database: str) -> Properties:
    return {
        "database": database,
        "grants": {
            "database": {OWNER: ["CONNECT", "CREATE", "OWNER", "TEMPORARY"], POOLER: ["CONNECT"]},
            "schema": {"pg_database_owner": ["CREATE", "OWNER", "USAGE"], POOLER: ["USAGE"]},
            "function": {POOLER: ["EXECUTE"], "postgres": ["EXECUTE", "OWNER"]},
        },
    }


def _lookup(database: str) -> Properties:
    return {"database": database, "executor": POOLER, "definition": DEFINITION, "owner": "postgres"}


def test_life_of_both_resources(postgresql: PostgresServer, plugin: Plugin, database: str) -> None:
    """Checked, made, read as made, changed by hand, seen, repaired, taken away."""
    checked, faults = plugin.check(LOOKUP, {"database": database, "executor": POOLER})
    assert faults == []
    assert plugin.create(LOOKUP, checked) == (database, _lookup(database))
    assert plugin.create(ACCESS, _access(database)) == (database, _access(database))
    assert plugin.read(LOOKUP, database, checked) == (database, _lookup(database))
    assert plugin.read(ACCESS, database, _access(database)) == (database, _access(database))

    with postgresql.connect(database) as connection:
        connection.execute("GRANT EXECUTE ON FUNCTION public.user_lookup(text) TO PUBLIC")
        connection.execute(f'REVOKE CONNECT ON DATABASE "{database}" FROM {POOLER}')
    _, found = plugin.read(ACCESS, database, _access(database))
    diff = plugin.diff(ACCESS, found, _access(database))
    assert diff.changes == diff.DIFF_SOME
    assert {path: kind.kind for path, kind in diff.detailedDiff.items()} == {
        "grants.function.PUBLIC": 2,  # to be deleted
        "grants.database.pooler": 0,  # to be added
    }
    assert list(diff.diffs) == ["grants"]
    assert not diff.replaces

    assert plugin.update(ACCESS, database, _access(database)) == _access(database)
    assert plugin.diff(ACCESS, _access(database), _access(database)).changes == diff.DIFF_NONE

    plugin.delete(ACCESS, database)
    assert plugin.read(ACCESS, database, {}) == (database, _access(database))
    plugin.delete(LOOKUP, database)
    assert plugin.read(LOOKUP, database, {}) == ("", {})


def test_preview_needs_no_database(plugin: Plugin) -> None:
    """What is not there yet can be previewed, unknown values included."""
    inputs: Properties = {"database": Unknown(), "executor": POOLER}

    checked, faults = plugin.check(LOOKUP, inputs)
    identity, outputs = plugin.create(LOOKUP, checked, preview=True)

    assert faults == []
    assert identity == ""
    assert outputs == {**inputs, "definition": DEFINITION, "owner": "postgres"}


def test_import_finds_the_inputs(plugin: Plugin, database: str) -> None:
    """Read by the name of the database alone, both resources answer with the inputs that declare them."""
    plugin.create(LOOKUP, {"database": database, "executor": POOLER})
    plugin.create(ACCESS, _access(database))

    assert plugin.read(LOOKUP, database, {}) == (database, _lookup(database))
    assert plugin.read(ACCESS, database, {}) == (database, _access(database))


def test_missing_database_is_gone(plugin: Plugin) -> None:
    """A database that was dropped answers with an empty id, which tells the engine that it is gone."""
    assert plugin.read(LOOKUP, "no-such-database", {}) == ("", {})
    assert plugin.read(ACCESS, "no-such-database", {}) == ("", {})


def test_another_database_is_another_resource(plugin: Plugin) -> None:
    """Changing the database replaces; nothing else does."""
    diff = plugin.diff(LOOKUP, _lookup("erp"), _lookup("webapp"))

    assert list(diff.replaces) == ["database"]
    assert list(plugin.diff(LOOKUP, _lookup("erp"), {**_lookup("erp"), "executor": "other"}).replaces) == []


def test_errors_are_plain(plugin: Plugin) -> None:
    """An error of ours is its text alone, without a traceback."""
    with pytest.raises(grpc.RpcError) as failure:
        plugin.create(ACCESS, _access("no-such-database"))

    assert 'details = "could not connect to database no-such-database at 127.0.0.1:' in str(failure.value)
    assert "Traceback" not in str(failure.value)
    assert ".py" not in str(failure.value)


def test_unknown_type_is_named(plugin: Plugin) -> None:
    """A type that the provider does not have is refused, naming those that it has."""
    with pytest.raises(grpc.RpcError, match=r"unknown resource type factory:postgres:AccesList.*AccessList"):
        plugin.check("factory:postgres:AccesList", {})


@pytest.mark.parametrize("host", ["192.168.1.202", "pi2.home"])
def test_production_is_refused(host: str) -> None:
    """The provider refuses production by itself, before it contacts anything."""
    with Plugin({"PGPASSWORD": "word"}) as plugin, pytest.raises(grpc.RpcError, match=f"{host} is production"):
        plugin.configure(host=host, port="6432", username="postgres", sslmode="require")


def test_incomplete_configuration_is_refused() -> None:
    """A server that is not fully described is refused, naming what is missing and what is unknown."""
    with Plugin({}) as plugin, pytest.raises(grpc.RpcError) as failure:
        plugin.configure(host="127.0.0.1", prot="6432", username="postgres")

    assert "prot: unknown input, did you mean 'port'?" in str(failure.value)
    assert "sslmode: missing" in str(failure.value)
