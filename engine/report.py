"""The outcome of a run, as a document that both engines share and as text for people."""

import dataclasses
import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.backend import VERSION
from engine.difference import PropertyDiff
from engine.run import Diagnostic, Record
from engine.state import Json, Resource
from engine.urn import split
from engine.values import Properties, ResourceRef, Secret, Unknown, Value, same

_SYMBOLS: Final = {
    "create": "+",
    "update": "~",
    "delete": "-",
    "replace": "+-",
    "create-replacement": "++",
    "delete-replaced": "--",
    "read": ">",
    "import": "=",
    "refresh": "~",
    "discard": "<",
}
_LONG: Final = 120
_MANY: Final = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run did, or would do."""

    verb: str
    project: str
    stack: str
    succeeded: bool
    records: Sequence[Record]
    diagnostics: Sequence[Diagnostic]
    outputs: Properties
    counts: Mapping[str, int]
    seconds: float

    @classmethod
    def refused(cls, *, verb: str, project: str, stack: str, message: str) -> "Outcome":
        """Return the outcome of a run that was refused before anything was touched."""
        diagnostic = Diagnostic(severity="error", urn="", message=message)
        return cls(
            verb=verb,
            project=project,
            stack=stack,
            succeeded=False,
            records=(),
            diagnostics=(diagnostic,),
            outputs={},
            counts={},
            seconds=0.0,
        )

    def document(self) -> dict[str, Json]:
        """Return the documented JSON form; secrets appear as `[secret]`."""
        return {
            "engine": {"name": "embedded", "version": VERSION},
            "project": self.project,
            "stack": self.stack,
            "verb": self.verb,
            "result": "succeeded" if self.succeeded else "failed",
            "steps": [
                {
                    "op": record.op,
                    "urn": record.urn,
                    "type": record.type,
                    "keys": list(record.keys),
                    "diff": {
                        path: {"kind": item.kind, "input": item.input} for path, item in sorted(record.diff.items())
                    },
                }
                for record in self.records
            ],
            "counts": dict(sorted(self.counts.items())),
            "diagnostics": [dataclasses.asdict(diagnostic) for diagnostic in self.diagnostics],
            "outputs": {key: masked(value) for key, value in self.outputs.items()},
            "seconds": round(self.seconds, 3),
        }


def masked(value: Value) -> Json:  # noqa: PLR0911  # one answer for each kind of value
    """Return *value* for people: secrets as `[secret]`, unknown values as `[unknown]`."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Unknown):
        return "[unknown]"
    if isinstance(value, ResourceRef):
        return value.urn
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def lines(outcome: Outcome, *, details: bool) -> Iterator[str]:
    """Yield the tree of changes, each property's difference below its resource, and the counts."""
    for record in sorted(filter(_interesting, outcome.records), key=lambda record: _place(record.urn)):
        parts = split(record.urn)
        indent = "  " * parts.types.count("$")
        yield f"{indent}{_SYMBOLS.get(record.op, ' '):>2} {parts.type} {parts.name}  {record.op}"
        if record.op == "refresh" and record.new is None:
            yield f"{indent}     the object does not exist any more"
        elif details or record.op in ("update", "replace", "refresh"):
            yield from (f"{indent}     {line}" for line in _changes(record))
    counts = dict(sorted(outcome.counts.items()))
    unchanged = counts.pop("same", 0)
    said = [f"{count} to {op}" if outcome.verb == "preview" else f"{count} {op}" for op, count in counts.items()]
    yield f"{', '.join(said) or 'no changes'}; {unchanged} unchanged; {outcome.seconds:.1f} s"


def _place(urn: str) -> tuple[str, ...]:
    parts = split(urn)
    return (*parts.types.split("$"), parts.name)


def _interesting(record: Record) -> bool:
    if record.op == "refresh":
        return bool(record.diff) or record.new is None
    return record.op != "same"


def _changes(record: Record) -> Iterator[str]:
    old, new = record.old, record.new
    if record.op in ("create", "create-replacement") and new is not None:
        for key, value in sorted(new.inputs.items()):
            yield f"+ {key}: {_short(value)}"
        return
    if old is None or new is None:
        return
    for path, item in sorted((record.diff or _input_diff(old, new)).items()):
        symbol = {"add": "+", "delete": "-"}.get(item.kind.removesuffix("-replace"), "~")
        why = "  (forces replacement)" if item.kind.endswith("-replace") else ""
        before, after = _at(old, path), _at(new, path)
        if isinstance(after, str) and "\n" in after:
            yield f"{symbol} {path}:{why}"
            yield from (f"    {line}" for line in lines_of_change(before, after))
        else:
            yield f"{symbol} {path}: {_short(before)} => {_short(after)}{why}"


def lines_of_change(before: Value, after: str) -> Sequence[str]:
    """Return a text as it is, or how it differs from the one before; the end of a long one is left out."""
    shown = after.splitlines()
    if isinstance(before, str):
        shown = [*difflib.unified_diff(before.splitlines(), shown, n=2, lineterm="")][2:]
    more = len(shown) - _MANY
    return shown if more <= 0 else [*shown[:_MANY], f"… {more} more lines"]


def _input_diff(old: Resource, new: Resource) -> Mapping[str, PropertyDiff]:
    keys = old.inputs.keys() | new.inputs.keys()
    return {
        key: PropertyDiff(kind="update", input=True)
        for key in keys
        if not same(old.inputs.get(key), new.inputs.get(key))
    }


def _at(resource: Resource, path: str) -> Value:
    from engine.paths import parse  # noqa: PLC0415  # only for people's output

    for source in (resource.inputs, resource.outputs):
        value: Value = source
        hidden = False
        for part in parse(path):
            if isinstance(value, Secret):
                hidden, value = True, value.value
            if isinstance(value, dict) and part in value:
                value = value[str(part)]
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                value = None
                break
        if value is not None:
            return Secret(value) if hidden else value
    return None


def _short(value: Value) -> str:
    text = json.dumps(masked(value), ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
