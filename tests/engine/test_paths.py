"""Property paths, and changes that are ignored along them."""

import pytest

from engine.paths import Path, contains, parse, reset_ignored, text
from engine.values import Properties, Secret, same


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a[0]", ("a", 0)),
        ("a[0].b", ("a", 0, "b")),
        ('a["b.c"]', ("a", "b.c")),
        ('["a b"].c', ("a b", "c")),
        ('a["say \\"x\\""]', ("a", 'say "x"')),
        ("a[*].b", ("a", "*", "b")),
        ("*", ("*",)),
        ("", ()),
    ],
)
def test_parse(written: str, parts: Path) -> None:
    """Names, indexes, quoted names and wildcards are told apart."""
    assert parse(written) == parts


@pytest.mark.parametrize("written", ["a[", "a[x]", "a[-1]", 'a["b', 'a["b"', 'a["b"c]'])
def test_parse_refuses(written: str) -> None:
    """A bracket that is not closed or holds something else is refused, and the path is named."""
    with pytest.raises(ValueError, match="property path"):
        parse(written)


@pytest.mark.parametrize(
    ("parts", "written"),
    [(("a", "b"), "a.b"), (("a", 0, "b"), "a[0].b"), (("a", "b.c"), 'a["b.c"]'), (("a b",), '["a b"]')],
)
def test_text(parts: Path, written: str) -> None:
    """A path is written as it is read."""
    assert text(parts) == written
    assert parse(written) == parts


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("a", "a", True),
        ("a", "a.b[0]", True),
        ("a.b", "a", False),
        ("a.b", "a.c", False),
        ("a[*].b", "a[3].b", True),
        ("a.*", "a.x.y", True),
        ("*", "anything", True),
    ],
)
def test_contains(pattern: str, path: str, covered: bool) -> None:  # noqa: FBT001  # pytest gives it
    """A pattern covers what lies at it and below it."""
    assert contains(parse(pattern), parse(path)) is covered


@pytest.mark.parametrize(
    ("new", "old", "ignored", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 0, "b": 0}, ["a"], {"a": 0, "b": 2}),
        ({"a": 1}, {}, ["a"], {}),
        ({}, {"a": 0}, ["a"], {"a": 0}),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 0, "c": 0}}, ["a.b"], {"a": {"b": 0, "c": 1}}),
        ({"a": [1, 2]}, {"a": [0, 0]}, ["a[1]"], {"a": [1, 0]}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 0}, {"b": 0}]}, ["a[*].b"], {"a": [{"b": 0}, {"b": 0}]}),
        ({"a": {"x": 1, "y": 1}}, {"a": {"x": 0}}, ["a.*"], {"a": {"x": 0}}),
        ({"a": "s"}, {"a": Secret("o")}, ["a"], {"a": Secret("o")}),
        ({"a": Secret({"b": "s"})}, {"a": {"b": "o"}}, ["a.b"], {"a": Secret({"b": "o"})}),
        ({"a": {"b": "s"}}, {"a": Secret({"b": "o"})}, ["a.b"], {"a": {"b": Secret("o")}}),
        ({"a": {"b": 1}}, {}, ["a.b"], {"a": {}}),
        ({"a": 1}, {"a": 0}, ["a["], {"a": 1}),
        ({"a": 1}, {"a": 0}, [], {"a": 1}),
    ],
)
def test_reset_ignored(new: Properties, old: Properties, ignored: list[str], expected: Properties) -> None:
    """What is ignored keeps its old value, and what was secret stays so."""
    found, refused = reset_ignored(new, old, ignored)

    assert same(dict(found), dict(expected))
    assert refused == []


@pytest.mark.parametrize(
    ("new", "old", "ignored"),
    [
        ({"a": 1}, {"a": {"b": 0}}, "a.b"),
        ({"a": [1, 2]}, {"a": [0]}, "a[1]"),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 0}]}, "a[*].b"),
    ],
)
def test_what_has_another_shape_cannot_be_ignored(new: Properties, old: Properties, ignored: str) -> None:
    """A path that leads nowhere on one side, or to lists of different length, is reported."""
    _, refused = reset_ignored(new, old, [ignored])

    assert refused == [ignored]


def test_inputs_are_left_alone() -> None:
    """The declaration itself is not changed."""
    new: Properties = {"a": {"b": 1}}

    reset_ignored(new, {"a": {"b": 0}}, ["a.b"])

    assert new == {"a": {"b": 1}}
