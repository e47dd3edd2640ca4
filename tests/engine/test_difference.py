"""Differences of inputs where a provider does not tell them."""

import pytest

from engine.difference import Diff, PropertyDiff, by_inputs, replace_on_changes
from engine.values import UNKNOWN, Properties, Secret

_UNDECIDED = Diff(changes=None)


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ({"a": 1.0}, {"a": 2.0}, {"a": "update"}),
        ({"a": 1.0}, {}, {"a": "delete"}),
        ({}, {"a": 1.0}, {"a": "add"}),
        ({"a": {"b": 1.0, "c": 1.0}}, {"a": {"b": 2.0, "c": 1.0}}, {"a.b": "update"}),
        ({"a": [1.0, 2.0]}, {"a": [1.0, 3.0, 4.0]}, {"a[1]": "update", "a[2]": "add"}),
        ({"a": [1.0, 2.0]}, {"a": [1.0]}, {"a[1]": "delete"}),
        ({"a": [1.0]}, {"a": {"x": 1.0}}, {"a": "update"}),
        ({"a.b": 1.0}, {"a.b": 2.0}, {'["a.b"]': "update"}),
        ({"a": True}, {"a": 1.0}, {"a": "update"}),
        ({"a": "x"}, {"a": UNKNOWN}, {"a": "update"}),
        ({"a": Secret("s")}, {"a": Secret("t")}, {"a": "update"}),
    ],
)
def test_by_inputs(old: Properties, new: Properties, kinds: dict[str, str]) -> None:
    """Each value that differs is named by its path, with what happened to it."""
    diff = by_inputs(_UNDECIDED, old, new)

    assert diff.changes
    assert {path: item.kind for path, item in (diff.detailed or {}).items()} == kinds
    assert all(item.input for item in (diff.detailed or {}).values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {}),
        ({"a": [1.0, {"b": None}]}, {"a": [1.0, {"b": None}]}),
        ({"a": Secret("s")}, {"a": "s"}),
        ({"a": {"b": Secret("s")}}, {"a": Secret({"b": "s"})}),
    ],
)
def test_equal_inputs(old: Properties, new: Properties) -> None:
    """Equal values are no change; whether they are secret does not matter to the object."""
    diff = by_inputs(_UNDECIDED, old, new)

    assert diff.changes is False
    assert not diff.detailed


def test_changed_keys_are_the_outermost() -> None:
    """The keys that changed are properties of the resource, each named once."""
    diff = by_inputs(_UNDECIDED, {"a": {"b": 1.0, "c": 1.0}, "d": 1.0}, {"a": {"b": 2.0}, "d": 1.0})

    assert list(diff.changed_keys) == ["a"]


@pytest.mark.parametrize(
    ("patterns", "replaces"), [(["a.b"], True), (["a"], True), (["a.*"], True), (["a.c"], False), ([], False)]
)
def test_replace_on_changes(patterns: list[str], replaces: bool) -> None:  # noqa: FBT001  # pytest gives it
    """A change at or below a pattern is a reason to replace."""
    diff = Diff(changes=True, detailed={"a.b": PropertyDiff(kind="update", input=True)})

    assert replace_on_changes(diff, patterns, init_errors=False).replaces() is replaces


@pytest.mark.parametrize(
    ("kind", "inverted"),
    [("add", "delete"), ("delete-replace", "add-replace"), ("update", "update"), ("add-replace", "delete-replace")],
)
def test_inverted(kind: str, inverted: str) -> None:
    """What a refresh found is shown from the state's side."""
    diff = Diff(changes=True, detailed={"a": PropertyDiff(kind=kind, input=False)}).inverted()

    assert diff.detailed == {"a": PropertyDiff(kind=inverted, input=False)}
