"""The steps of a plan, as the digest binds them."""

from collections.abc import Mapping

from engine.run import Record
from engine.state import Resource
from engine.values import Secret, Value
from ops.gate.keyed_hash import KeyedHash
from ops.gate.planned_steps import planned_step
from ops.gate.state_items import state_items

URN = "urn:pulumi:main::factory::factory:vault:KvSecret::shop"
HASHES = KeyedHash(b"key")


def _resource(values: Mapping[str, Value]) -> Resource:
    return Resource(urn=URN, type="factory:vault:KvSecret", custom=True, inputs={"values": Secret(dict(values))})


def _mark(values: Mapping[str, Value]) -> str:
    created = Record(op="create", urn=URN, type="factory:vault:KvSecret", new=_resource(values))
    (found,) = planned_step(created, hashes=HASHES).properties
    assert found.after == '"[secret]"'
    return found.mark


def test_order_in_a_secret_means_nothing() -> None:
    """Providers tell the keys of an object in any order: the step is the same one, and so is the state."""
    one: Mapping[str, Value] = {"url": "a", "inner": {"b": "c", "d": "e"}}
    other: Mapping[str, Value] = {"inner": {"d": "e", "b": "c"}, "url": "a"}

    assert _mark(one) == _mark(other)
    assert state_items([_resource(one)], (), hashes=HASHES) == state_items([_resource(other)], (), hashes=HASHES)


def test_another_value_in_a_secret_is_another_step() -> None:
    """A value that changed, or that changed places with another, has another mark."""
    marks = {_mark(values) for values in ({"a": "1", "b": "2"}, {"a": "2", "b": "1"}, {"a": "1", "b": "3"})}

    assert len(marks) == 3
