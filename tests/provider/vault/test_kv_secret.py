"""A secret of each kind of engine: made, found equal, changed by hand in every way, put right, deleted."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import httpx
import pytest

from provider.differences import differences
from provider.factory_error import FactoryError
from provider.values import Plain, Properties, Unknown
from provider.vault.session import VaultSession
from provider.vault_kinds.kv_secret_kind import KvSecretKind

ByHand: TypeAlias = Callable[[httpx.Client], httpx.Response]

VALUES = {"access_key": "first", "secret_key": "second"}
SECRETS: Mapping[str, Properties] = {
    "kvv1": {"mount": "kvv1", "path": "cloud/state", "values": VALUES, "version": 1.0},
    "kvv2": {"mount": "kvv2", "path": "cloud/state", "values": VALUES, "version": 2.0},
}
CHANGED: Mapping[str, Mapping[str, Plain]] = {
    "value changed": {**VALUES, "secret_key": "theirs"},
    "field added": {**VALUES, "more": "theirs"},
    "field taken away": {"access_key": "first"},
    "text made a number": {**VALUES, "secret_key": 2},
}
GONE: Mapping[str, tuple[str, ByHand]] = {
    "secret of KV 1 deleted": ("kvv1", lambda hand: hand.delete("kvv1/cloud/state")),
    "newest version deleted": ("kvv2", lambda hand: hand.delete("kvv2/data/cloud/state")),
    "newest version destroyed": ("kvv2", lambda hand: hand.put("kvv2/destroy/cloud/state", json={"versions": [1]})),
    "all versions deleted": ("kvv2", lambda hand: hand.delete("kvv2/metadata/cloud/state")),
}


@pytest.fixture
def kind(session: VaultSession, hand: httpx.Client) -> KvSecretKind:
    """Give the type; no secret is there."""
    hand.delete("kvv1/cloud/state").raise_for_status()
    hand.delete("kvv2/metadata/cloud/state").raise_for_status()
    return KvSecretKind(session)


def _written(hand: httpx.Client, mount: str) -> Mapping[str, Plain]:
    if mount == "kvv1":
        found: Mapping[str, Plain] = hand.get("kvv1/cloud/state").raise_for_status().json()["data"]
        return found
    versioned: Mapping[str, Plain] = hand.get("kvv2/data/cloud/state").raise_for_status().json()["data"]["data"]
    return versioned


def _write(hand: httpx.Client, mount: str, values: Mapping[str, Plain]) -> None:
    path, body = ("kvv1/cloud/state", values) if mount == "kvv1" else ("kvv2/data/cloud/state", {"data": values})
    hand.put(path, json=body).raise_for_status()


@pytest.mark.parametrize("mount", SECRETS)
def test_life(kind: KvSecretKind, hand: httpx.Client, mount: str) -> None:
    """Made as declared, read without a difference, read by its id alone, and gone without a trace."""
    inputs = SECRETS[mount]

    made = kind.make(inputs, {})
    read = kind.read(kind.identity(inputs), inputs, made)
    imported = kind.read(f"{mount}/cloud/state", {}, {})

    assert _written(hand, mount) == VALUES
    assert read is not None
    assert imported is not None
    assert differences(read.outputs, inputs) == {}
    assert imported.inputs == imported.outputs == inputs
    kind.delete(kind.identity(inputs))
    kind.delete(kind.identity(inputs))
    assert kind.read(kind.identity(inputs), inputs, made) is None
    assert hand.get(f"{mount}/metadata/cloud/state").status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize("mount", SECRETS)
@pytest.mark.parametrize("values", CHANGED.values(), ids=CHANGED.keys())
def test_change_by_hand_is_seen_and_put_right(
    kind: KvSecretKind, hand: httpx.Client, mount: str, values: Mapping[str, Plain]
) -> None:
    """A value, a field more or less, another type: the next look shows it, and the next run puts it right."""
    inputs = SECRETS[mount]
    made = kind.make(inputs, {})
    _write(hand, mount, values)

    found = kind.read(kind.identity(inputs), inputs, made)

    assert found is not None
    assert {path.partition(".")[0] for path in differences(found.outputs, inputs)} == {"values"}
    kind.make(inputs, found.outputs)
    assert _written(hand, mount) == VALUES


@pytest.mark.parametrize(("mount", "gone"), GONE.values(), ids=GONE.keys())
def test_deletion_is_seen_and_put_right(kind: KvSecretKind, hand: httpx.Client, mount: str, gone: ByHand) -> None:
    """What was deleted in any way is gone, and made again."""
    inputs = SECRETS[mount]
    made = kind.make(inputs, {})
    gone(hand).raise_for_status()

    assert kind.read(kind.identity(inputs), inputs, made) is None
    kind.make(inputs, {})
    assert _written(hand, mount) == VALUES


def test_equal_values_make_no_version(kind: KvSecretKind, hand: httpx.Client) -> None:
    """A secret that is there already is taken over as it is."""
    inputs = SECRETS["kvv2"]
    kind.make(inputs, {})
    kind.make(inputs, {})

    assert hand.get("kvv2/metadata/cloud/state").json()["data"]["current_version"] == 1


def test_engine_that_is_gone(kind: KvSecretKind) -> None:
    """Its secrets are gone with it; to make one there says what is missing, and no value."""
    inputs: Properties = {**SECRETS["kvv2"], "mount": "nowhere"}

    assert kind.read("nowhere/cloud/state", inputs, inputs) is None
    kind.delete("nowhere/cloud/state")
    with pytest.raises(FactoryError, match=r"^Vault has no engine nowhere\. Expected the engine KV 2 to be there$"):
        kind.make(inputs, {})


def test_engine_of_the_other_kind(kind: KvSecretKind) -> None:
    """A secret is not written past its engine: KV 1 would take the path of KV 2 for one of its own."""
    inputs: Properties = {**SECRETS["kvv2"], "mount": "kvv1"}

    with pytest.raises(FactoryError, match=r"^Vault's engine kvv1 is KV 1\. Expected KV 2$"):
        kind.make(inputs, {})


def test_engine_of_another_type(kind: KvSecretKind, hand: httpx.Client) -> None:
    """An engine that holds no secrets is named."""
    hand.put("sys/mounts/transit", json={"type": "transit"}).raise_for_status()

    with pytest.raises(FactoryError, match=r"engine transit is of the type transit\. Expected one of kv"):
        kind.read("transit/x", {}, {})


FAULTS: Mapping[str, tuple[Properties, str, str]] = {
    "mistyped input": ({"vaules": VALUES}, "vaules", "did you mean 'values'"),
    "no field": ({"values": {}}, "values", "expected one field at least"),
    "empty value": ({"values": {"key": ""}}, "values", "a mapping of texts"),
    "number": ({"values": {"key": 1.0}}, "values", "a mapping of texts"),
    "third engine": ({"version": 3.0}, "version", "expected 1 or 2"),
    "engine in two parts": ({"mount": "a/b"}, "mount", "for example kvv2"),
    "path that leads up": ({"path": "a/../b"}, "path", "for example erp/config"),
    "path with a slash too many": ({"path": "/a"}, "path", "for example erp/config"),
    "path like an option": ({"path": "-a"}, "path", "for example erp/config"),
    "path of the API": ({"path": "data/a"}, "path", "without data/"),
}


@pytest.mark.parametrize(("changes", "path", "part"), FAULTS.values(), ids=FAULTS.keys())
def test_refused(session: VaultSession, changes: Properties, path: str, part: str) -> None:
    """The fault names the input and says what was expected."""
    faults = dict(KvSecretKind(session).check({**SECRETS["kvv2"], **changes}).faults)

    assert faults.keys() == {path}
    assert part in faults[path]


def test_unknown_values_pass(session: VaultSession) -> None:
    """What only an apply will tell is not refused in a preview; without a version it is KV 2."""
    checked = KvSecretKind(session).check({"mount": Unknown(), "path": "a", "values": {"key": Unknown()}})

    assert checked.faults == []
    assert checked.inputs["version"] == 2
