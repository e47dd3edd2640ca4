"""The steps of the embedded engine, as a plan holds them."""

import json
from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import JsonValue

from engine.difference import PropertyDiff
from engine.paths import parse, text
from engine.report import masked
from engine.run import Record
from engine.state import Resource, encode
from engine.values import Secret, Unknown, Value, same
from ops.gate.keyed_hash import KeyedHash
from ops.gate.plan import PlannedStep, Property

NEW = frozenset({"create", "create-replacement", "import"})


def planned_steps(records: Iterable[Record], *, hashes: KeyedHash) -> list[PlannedStep]:
    """Return the steps that are more than looking, by resource: siblings begin in any order, which means nothing."""
    steps = (planned_step(record, hashes=hashes) for record in records)
    return sorted((step for step in steps if step.changes), key=lambda step: (step.urn, step.op))


def planned_step(record: Record, *, hashes: KeyedHash) -> PlannedStep:
    """Return *record* with both values of each property that changes."""
    old, new = record.old, record.new
    differences = _differences(record)
    properties = [
        _property(path, difference, before=_at(old, path), after=_at(new, path), hashes=hashes)
        for path, difference in sorted(differences.items())
    ]
    if record.op == "refresh" and new is None:
        gone = json.dumps("the object does not exist any more")
        mark = hashes.of(kind="property", value="gone")
        properties = [Property(path="id", kind="delete", before="", after=gone, settled=True, mark=mark)]
    sides = [side for side in (old, new) if side is not None]
    return PlannedStep(
        op=record.op, urn=record.urn, type=record.type, protect=any(side.protect for side in sides),
        properties=properties,
    )  # fmt: skip


def _differences(record: Record) -> Mapping[str, PropertyDiff]:
    old, new = record.old, record.new
    if record.op in NEW and new is not None:
        return {text((key,)): PropertyDiff(kind="add", input=True) for key in new.inputs}
    if record.diff or record.op not in ("update", "replace") or old is None or new is None:
        return record.diff
    keys = old.inputs.keys() | new.inputs.keys()
    return {
        text((key,)): PropertyDiff(kind="update", input=True)
        for key in keys
        if not same(old.inputs.get(key), new.inputs.get(key))
    }


def _property(path: str, difference: PropertyDiff, *, before: Value, after: Value, hashes: KeyedHash) -> Property:
    kept: list[JsonValue] = [_hashed(before, hashes), _hashed(after, hashes)]
    return Property(
        path=path,
        kind=difference.kind,
        before=json.dumps(masked(before), ensure_ascii=False, sort_keys=True),
        after=json.dumps(masked(after), ensure_ascii=False, sort_keys=True),
        settled=not (_has_unknown(before) or _has_unknown(after)),
        mark=hashes.of(kind="property", value=[difference.kind, *kept]),
    )


def _hashed(value: Value, hashes: KeyedHash) -> JsonValue:
    return cast("JsonValue", encode(value, hashes.of_secret))


def _has_unknown(value: Value) -> bool:
    if isinstance(value, Secret):
        return _has_unknown(value.value)
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    return any(map(_has_unknown, value)) if isinstance(value, list) else isinstance(value, Unknown)


def _at(resource: Resource | None, path: str) -> Value:
    """Return the value at *path*, of the inputs where they have it; below a secret everything is secret."""
    for source in () if resource is None else (resource.inputs, resource.outputs):
        value: Value = source
        hidden = False
        for part in parse(path):
            if isinstance(value, Secret):
                hidden, value = True, value.value
            if isinstance(value, dict):
                value = value.get(str(part))
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                value = None
        if value is not None:
            return Secret(value) if hidden else value
    return None
