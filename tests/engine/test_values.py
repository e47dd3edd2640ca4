"""Property values: comparison, marks, and the wire form."""

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from engine.values import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    OUTPUT_SIGNATURE,
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    UNKNOWN_TEXT,
    Properties,
    ResourceRef,
    Secret,
    UnsupportedValueError,
    Value,
    annotate_secrets,
    contains_secret,
    contains_unknown,
    from_struct,
    reveal,
    same,
    to_struct,
)

_MARKED = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "s"}

plain = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
marked = st.recursive(
    plain | st.just(UNKNOWN) | st.builds(ResourceRef, st.text(), st.none() | st.text(min_size=1), st.text()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.builds(Secret, inner)
    ),
    max_leaves=8,
)


def _struct(document: dict[str, object]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(document, struct)
    return struct


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1.0, 1, True),
        (True, 1.0, False),
        (False, 0.0, False),
        ("1", 1.0, False),
        (None, {}, False),
        ({"a": None}, {}, False),
        ({"a": [1.0, True]}, {"a": [1.0, True]}, True),
        ({"a": [1.0, True]}, {"a": [1.0, 1.0]}, False),
        ([1.0], [1.0, 2.0], False),
        (Secret("s"), Secret("s"), True),
        (Secret("s"), "s", False),
        (Secret([True]), Secret([1.0]), False),
        (Secret(Secret("s")), Secret("s"), True),
        (UNKNOWN, UNKNOWN, True),
        (UNKNOWN, None, False),
        (ResourceRef("u", "i", ""), ResourceRef("u", "i", ""), True),
        (ResourceRef("u", "i", ""), ResourceRef("u", UNKNOWN, ""), False),
    ],
)
def test_same(left: Value, right: Value, equal: bool) -> None:  # noqa: FBT001  # pytest gives it
    """Numbers and truth values, secret and plain, absent and null are different things, at any depth."""
    assert same(left, right) is equal
    assert same(right, left) is equal


@pytest.mark.parametrize(
    ("value", "secret", "unknown", "revealed"),
    [
        ("x", False, False, "x"),
        ({"a": [Secret("s")]}, True, False, {"a": ["s"]}),
        (Secret({"a": UNKNOWN}), True, True, {"a": UNKNOWN}),
        ([{"a": UNKNOWN}], False, True, [{"a": UNKNOWN}]),
        (Secret([Secret("s")]), True, False, ["s"]),
    ],
)
def test_marks_are_found_at_any_depth(value: Value, *, secret: bool, unknown: bool, revealed: Value) -> None:
    """Secrets and unknown values are found inside lists, objects and each other, and secrets can be taken off."""
    assert (contains_secret(value), contains_unknown(value)) == (secret, unknown)
    assert same(reveal(value), revealed)


def test_secret_does_not_show() -> None:
    """The text of a secret never has its value."""
    assert f"{Secret('s3')} {[Secret('s3')]}" == "[secret] [[secret]]"


@pytest.mark.parametrize(
    ("outputs", "inputs", "expected"),
    [
        ({"a": "s"}, {"a": Secret("s")}, {"a": Secret("s")}),
        ({"a": "other"}, {"a": Secret("s")}, {"a": Secret("other")}),
        ({"a": {"b": "s", "c": "p"}}, {"a": {"b": Secret("s"), "c": "p"}}, {"a": {"b": Secret("s"), "c": "p"}}),
        ({"a": {"b": "s"}}, {"a": Secret({"b": "s"})}, {"a": Secret({"b": "s"})}),
        ({"a": ["s", "p"]}, {"a": [Secret("s"), "p"]}, {"a": Secret(["s", "p"])}),
        ({"a": Secret("s")}, {"a": "p"}, {"a": Secret("s")}),
        ({"b": "s"}, {"a": Secret("s")}, {"b": "s"}),
    ],
)
def test_annotate_secrets(outputs: Properties, inputs: Properties, expected: Properties) -> None:
    """What has the name of a secret input is secret: exactly in objects, as a whole in lists."""
    annotate_secrets(outputs, inputs)

    assert same(dict(outputs), dict(expected))


@pytest.mark.parametrize(
    ("value", "keep", "expected"),
    [
        (Secret("s"), {"secrets": True}, _MARKED),
        (Secret("s"), {}, "s"),
        ({"in": [Secret("s")]}, {}, {"in": ["s"]}),
        (Secret({"in": Secret("s")}), {"secrets": True}, {SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"in": _MARKED}}),
        (UNKNOWN, {"unknowns": True}, UNKNOWN_TEXT),
        ([UNKNOWN, 1.0], {"unknowns": True}, [UNKNOWN_TEXT, 1.0]),
        ([UNKNOWN, 1.0], {}, [1.0]),
        ({"a": UNKNOWN}, {}, {}),
        (
            ResourceRef("u", "i", "1.0.0"),
            {"resources": True},
            {SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": "u", "id": "i", "packageVersion": "1.0.0"},
        ),
        (
            ResourceRef("u", UNKNOWN, ""),
            {"resources": True},
            {SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": "u", "id": ""},
        ),
        (ResourceRef("u", "i", ""), {}, "i"),
        (ResourceRef("u", None, ""), {}, "u"),
        ({}, {}, {}),
        ([], {}, []),
        (None, {}, None),
    ],
)
def test_to_struct(value: Value, keep: dict[str, bool], expected: object) -> None:
    """A receiver gets marks only as far as it understands them."""
    accepted = {"unknowns": False, "secrets": False, "resources": False} | keep

    struct = to_struct({"x": value}, **accepted)

    assert json_format.MessageToDict(struct) == {"x": expected}


@pytest.mark.parametrize(
    ("document", "expected", "dependencies"),
    [
        (UNKNOWN_TEXT, UNKNOWN, set()),
        ("6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", UNKNOWN, set()),
        (_MARKED, Secret("s"), set()),
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE, "value": 1, "dependencies": ["u1", "u2"]}, 1.0, {"u1", "u2"}),
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE, "value": "s", "secret": True}, Secret("s"), set()),
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE, "secret": True, "dependencies": ["u"]}, Secret(UNKNOWN), {"u"}),
        ([{SIGNATURE_KEY: OUTPUT_SIGNATURE, "value": [], "dependencies": ["u"]}], [[]], {"u"}),
        ({SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": "u", "id": ""}, ResourceRef("u", UNKNOWN, ""), set()),
        ({SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": "u"}, ResourceRef("u", None, ""), set()),
    ],
)
def test_from_struct(document: object, expected: Value, dependencies: set[str]) -> None:
    """Marked values arrive as what they stand for, with the URNs that they carry under the property's name."""
    carried: dict[str, set[str]] = {}

    found = from_struct(_struct({"x": document}), carried)

    assert same(found["x"], expected)
    assert carried == ({"x": dependencies} if dependencies else {})


@pytest.mark.parametrize(
    ("signature", "words"),
    [(ASSET_SIGNATURE, "found an asset"), (ARCHIVE_SIGNATURE, "found an archive"), ("x", "the signature x")],
)
def test_what_is_not_carried_is_refused(signature: str, words: str) -> None:
    """Assets, archives and what nobody knows are refused by name."""
    with pytest.raises(UnsupportedValueError, match=words):
        from_struct(_struct({"x": {SIGNATURE_KEY: signature}}))


@given(st.dictionaries(st.text(), marked, max_size=4))
def test_round_trip(properties: Properties) -> None:
    """Whatever is sent with all marks arrives as it was."""
    sent = to_struct(properties, unknowns=True, secrets=True, resources=True)

    assert same(dict(from_struct(sent)), dict(properties))


@given(st.dictionaries(st.text(), marked, max_size=4))
def test_nothing_marked_is_left_without_marks(properties: Properties) -> None:
    """A receiver that accepts no marks gets plain JSON and no unknown value."""
    sent = to_struct(properties, unknowns=False, secrets=False, resources=False)

    assert SIGNATURE_KEY not in str(sent)
    assert not contains_unknown(dict(from_struct(sent)))
