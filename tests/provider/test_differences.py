"""Differences are found property by property, and never where nothing differs."""

import pytest
from pulumi.provider.experimental.provider import PropertyDiffKind

from provider.differences import differences
from provider.values import Properties, Unknown

ADD, DELETE, UPDATE = PropertyDiffKind.ADD, PropertyDiffKind.DELETE, PropertyDiffKind.UPDATE

CASES: dict[str, tuple[Properties, Properties, dict[str, PropertyDiffKind]]] = {
    "equal": ({"a": "x", "b": ["y"], "c": {"d": 1.0}}, {"a": "x", "b": ["y"], "c": {"d": 1.0}}, {}),
    "more outputs than inputs": ({"a": "x", "made": "y"}, {"a": "x"}, {}),
    "changed": ({"a": "x"}, {"a": "y"}, {"a": UPDATE}),
    "missing": ({}, {"a": "y"}, {"a": ADD}),
    "right too many": ({"grants": {"database": {"PUBLIC": ["CONNECT"]}}}, {"grants": {"database": {}}},
                       {"grants.database.PUBLIC": DELETE}),
    "right too few": ({"grants": {"schema": {}}}, {"grants": {"schema": {"pooler": ["USAGE"]}}},
                      {"grants.schema.pooler": ADD}),
    "other rights": ({"grants": {"function": {"pooler": ["EXECUTE"]}}},
                     {"grants": {"function": {"pooler": ["EXECUTE WITH GRANT OPTION"]}}},
                     {"grants.function.pooler": UPDATE}),
    "names with other characters": ({"grants": {'dance-"lessons"_role': ["a"]}}, {"grants": {}},
                                    {'grants["dance-\\"lessons\\"_role"]': DELETE}),
    "unknown": ({"a": "x"}, {"a": Unknown()}, {"a": UPDATE}),
    "another type": ({"a": {"b": "c"}}, {"a": ["c"]}, {"a": UPDATE}),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_differences(old: Properties, new: Properties, expected: dict[str, PropertyDiffKind]) -> None:
    """Each difference is named by its path and kind."""
    assert differences(old, new) == expected
