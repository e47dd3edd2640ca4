"""One resource of the state, as JSON and back."""

import base64
import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.state import Json, Resource, UnsupportedStateError, decode, encode, from_json, to_json
from engine.values import (
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    UNKNOWN_TEXT,
    ResourceRef,
    Secret,
    UnsupportedValueError,
    Value,
    same,
)
from tests.engine.test_values import marked

_URN = "urn:pulumi:lab::factory::a:b:C::x"

_names = st.lists(st.text(min_size=1, max_size=5), max_size=3)
_properties = st.dictionaries(st.text(max_size=5), marked, max_size=3)
_resources = st.builds(
    Resource,
    urn=st.just(_URN),
    type=st.just("a:b:C"),
    custom=st.booleans(),
    delete=st.booleans(),
    id=st.text(max_size=5),
    inputs=_properties,
    outputs=_properties,
    parent=st.text(max_size=5),
    protect=st.booleans(),
    external=st.booleans(),
    dependencies=_names,
    init_errors=_names,
    provider=st.text(max_size=5),
    property_dependencies=st.dictionaries(st.text(min_size=1, max_size=5), _names, max_size=2),
    pending_replacement=st.booleans(),
    additional_secret_outputs=_names,
    custom_timeouts=st.dictionaries(st.sampled_from(["create", "update", "delete"]), st.integers(1, 999), max_size=3),
    import_id=st.text(max_size=5),
    retain_on_delete=st.booleans(),
    deleted_with=st.text(max_size=5),
    replace_with=_names,
    created=st.text(max_size=5),
    modified=st.text(max_size=5),
    ignore_changes=_names,
    replace_on_changes=_names,
)


def _hide(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _show(text: str) -> str:
    return base64.b64decode(text).decode()


@given(_resources)
def test_round_trip(resource: Resource) -> None:
    """A resource that is written and read is the same, secrets included."""
    text = json.dumps(to_json(resource, _hide), ensure_ascii=False)

    found = from_json(json.loads(text), _show)

    before, after = vars(resource), vars(found)
    for name in ("inputs", "outputs"):
        assert same(before[name], after[name])
    assert {key: value for key, value in after.items() if key not in {"inputs", "outputs"}} == {
        key: value for key, value in before.items() if key not in {"inputs", "outputs"}
    }


@given(st.text(min_size=8))
def test_secrets_are_encrypted_as_a_whole(text: str) -> None:
    """Everything inside a secret is one ciphertext; a secret in it is not encrypted again."""
    value = Secret({"list": [Secret(text), text]})

    written = encode(value, lambda plain: f"<{len(json.loads(plain)['list'])} hidden>")

    assert written == {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "<2 hidden>"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, 1),
        (1.5, 1.5),
        (2.0**53, 2.0**53),
        (True, True),
        (None, None),
        ("", ""),
        (UNKNOWN, UNKNOWN_TEXT),
        ({"a": [1.0, {}]}, {"a": [1, {}]}),
        (
            ResourceRef("u", "i", "1.0"),
            {SIGNATURE_KEY: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u", "packageVersion": "1.0", "id": "i"},
        ),
        (
            ResourceRef("u", UNKNOWN, ""),
            {SIGNATURE_KEY: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u", "packageVersion": "", "id": ""},
        ),
        (Secret("s"), {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "InMi"}),
        (Secret(None), {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "bnVsbA=="}),
    ],
)
def test_encode(value: Value, written: Json) -> None:
    """Each kind of value has its published form, in both directions."""
    assert encode(value, _hide) == written
    assert type(encode(value, _hide)) is type(written)
    assert same(decode(written, _show), value)


def test_plain_text_of_an_export_is_read() -> None:
    """`pulumi stack export --show-secrets` writes secrets as JSON in plain text."""
    value = decode({SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": '{"a":1}'}, None)

    assert same(value, Secret({"a": 1.0}))


def test_absent_means_nothing() -> None:
    """What is false or empty is not written; URN, type and kind always are."""
    written = to_json(Resource(urn=_URN, type="a:b:C", custom=False), _hide)

    assert written == {"urn": _URN, "custom": False, "type": "a:b:C"}


def test_keys_of_other_versions_are_tolerated() -> None:
    """A key that this engine does not know does not make a state unusable."""
    found = from_json({"urn": _URN, "type": "a:b:C", "custom": True, "sourcePosition": "x", "new": 1}, None)

    assert found.urn == _URN


@pytest.mark.parametrize(
    ("key", "words"), [("viewOf", "uses views"), ("extensionRef", "uses extensions"), ("snippetID", "uses snippets")]
)
def test_features_that_are_not_carried_on_are_refused(key: str, words: str) -> None:
    """What would be lost by writing the state again is refused by name."""
    with pytest.raises(UnsupportedStateError, match=f"{_URN} {words}; use the official engine"):
        from_json({"urn": _URN, "type": "a:b:C", "custom": True, key: "x"}, None)


def test_secrets_need_a_provider_of_secrets() -> None:
    """A ciphertext without anything to read it with is refused."""
    written = cast("Json", {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "x"})

    with pytest.raises(UnsupportedStateError, match="names no secrets provider"):
        decode(written, None)


def test_unknown_signature_is_refused() -> None:
    """A value of a kind that nobody knows is not taken for an object."""
    with pytest.raises(UnsupportedValueError, match="found the signature x"):
        decode({SIGNATURE_KEY: "x"}, None)
