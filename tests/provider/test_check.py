"""Inputs that cannot be used are refused by name; usable ones come out in one form."""

import pytest

from provider.access_list_kind import AccessListKind
from provider.lookup_function_kind import LookupFunctionKind
from provider.postgres.lookup_function import DEFINITION
from provider.postgres.server import Server, ServerAddress
from provider.values import Plain, Properties, Unknown

NOWHERE = Server(ServerAddress(host="127.0.0.1", port=1, username="postgres", sslmode="disable"))
GRANTS: dict[str, Plain] = {
    "database": {"erp_role": ["OWNER", "CREATE", "CONNECT", "TEMPORARY"]},
    "schema": {"pg_database_owner": ["OWNER"]},
    "function": {"postgres": ["OWNER", "EXECUTE"], "pooler": ["EXECUTE"]},
}


def _with(kind: str, held: Plain) -> Properties:
    return {"database": "erp", "grants": {**GRANTS, kind: held}}


ACCESS_LIST_FAULTS: dict[str, tuple[Properties, str, str]] = {
    "mistyped input": ({"databse": "erp", "grants": GRANTS}, "databse", "did you mean 'database'"),
    "missing database": ({"grants": GRANTS}, "database", "missing"),
    "database of another type": ({"database": 3.0, "grants": GRANTS}, "database", "wrong type"),
    "empty database": ({"database": "", "grants": GRANTS}, "database", "wrong type or empty"),
    "missing grants": ({"database": "erp"}, "grants", "missing"),
    "grants as text": ({"database": "erp", "grants": "all"}, "grants", "wrong type"),
    "unknown kind": (_with("table", {"erp_role": ["OWNER"]}), "grants", "unknown kind of object 'table'"),
    "missing kind": ({"database": "erp", "grants": {"database": GRANTS["database"]}}, "grants.schema", "a mapping"),
    "unknown right": (_with("schema", {"a": ["OWNER"], "b": ["FLY"]}), "grants.schema", "role 'b'"),
    "right of another kind": (_with("schema", {"a": ["OWNER", "CONNECT"]}), "grants.schema", "role 'a'"),
    "rights as text": (_with("schema", {"a": ["OWNER"], "b": "USAGE"}), "grants.schema", "role 'b'"),
    "no rights": (_with("schema", {"a": ["OWNER"], "b": []}), "grants.schema", "role 'b'"),
    "given by somebody": (_with("schema", {"a": ["OWNER", "USAGE GRANTED BY b"]}), "grants.schema", "role 'a'"),
    "no owner": (_with("schema", {"a": ["USAGE"]}), "grants.schema", "exactly one role with the right OWNER, found 0"),
    "two owners": (_with("schema", {"a": ["OWNER"], "b": ["OWNER"]}), "grants.schema", "found 2"),
    "everybody as owner": (_with("schema", {"PUBLIC": ["OWNER"]}), "grants.schema", "exactly one role"),
}


@pytest.mark.parametrize(("inputs", "path", "part"), ACCESS_LIST_FAULTS.values(), ids=ACCESS_LIST_FAULTS.keys())
def test_access_list_is_refused(inputs: Properties, path: str, part: str) -> None:
    """The fault names the input, or the kind and role in it."""
    faults = dict(AccessListKind(NOWHERE).check(inputs).faults)

    assert part in faults[path]


def test_access_list_is_sorted() -> None:
    """Rights in any order, even twice, mean the same list."""
    checked = AccessListKind(NOWHERE).check(_with("schema", {"b": ["USAGE", "USAGE"], "a": ["USAGE", "OWNER"]}))

    assert checked.faults == []
    assert checked.inputs["grants"] == {
        "database": {"erp_role": ["CONNECT", "CREATE", "OWNER", "TEMPORARY"]},
        "schema": {"a": ["OWNER", "USAGE"], "b": ["USAGE"]},
        "function": {"pooler": ["EXECUTE"], "postgres": ["EXECUTE", "OWNER"]},
    }


def test_unknown_values_pass() -> None:
    """What only an apply will tell is not refused in a preview."""
    assert AccessListKind(NOWHERE).check({"database": Unknown(), "grants": Unknown()}).faults == []
    assert LookupFunctionKind(NOWHERE).check({"database": Unknown(), "executor": Unknown()}).faults == []


@pytest.mark.parametrize(
    ("inputs", "path", "part"),
    [
        ({"database": "erp", "exector": "pooler"}, "exector", "did you mean 'executor'"),
        ({"database": "erp"}, "executor", "missing"),
        ({"database": True, "executor": "pooler"}, "database", "wrong type"),
    ],
)
def test_lookup_function_is_refused(inputs: Properties, path: str, part: str) -> None:
    """The fault names the input."""
    faults = dict(LookupFunctionKind(NOWHERE).check(inputs).faults)

    assert part in faults[path]


def test_lookup_function_knows_what_it_should_be() -> None:
    """The wanted text and owner are among the inputs, whatever was given, so a new text in the code is a difference."""
    given = {"database": "erp", "executor": "pooler", "definition": "as read by an import", "owner": "somebody"}

    checked = LookupFunctionKind(NOWHERE).check(given)

    assert checked.faults == []
    assert checked.inputs == {**given, "definition": DEFINITION, "owner": "postgres"}
