"""What of a declared object is not in the one that is there."""

import pytest

from rehearsal.checks.cluster.missing_paths import Json, missing_paths

DECLARED: Json = {"spec": {"names": ["a", "b"], "size": 3}, "data": {}}


@pytest.mark.parametrize(
    ("live", "paths"),
    [
        ({"spec": {"names": ["a", "b"], "size": 3}, "data": {}, "status": {"ready": True}}, []),
        ({"spec": {"names": ["a", "b"], "size": 3, "filled": "in"}}, []),
        ({"spec": {"names": ["a", "c"], "size": 3}}, ["spec.names[1]"]),
        ({"spec": {"names": ["a"], "size": 4}}, ["spec.names", "spec.size"]),
        ({"spec": {"names": ["a", "b"]}}, ["spec.size"]),
        ({"data": {"other": "x"}}, ["spec"]),
        ({"spec": "text"}, ["spec"]),
    ],
    ids=["same", "filled in", "another word", "shorter", "missing", "all missing", "another kind"],
)
def test_each_difference_is_named_by_its_path(live: Json, paths: list[str]) -> None:
    """Every value that is declared must be there; what the API filled in is its own."""
    assert [*missing_paths(DECLARED, live)] == paths
