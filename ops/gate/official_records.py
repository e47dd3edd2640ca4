"""The steps in the event log of the official CLI, as records of a run."""

import json
from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import JsonValue

from engine.difference import PropertyDiff
from engine.run import Record
from engine.state import Resource, decode

Object = Mapping[str, JsonValue]


def official_records(lines: Iterable[str]) -> list[Record]:
    """Return the steps in *lines*; what a refresh found is known when it ends, everything else when it begins.

    The log masks secrets: that one changes is seen, its values are not.
    """
    found: list[Record] = []
    refreshing: dict[str, list[int]] = {}
    for line in lines:
        event = json.loads(line)
        if "resourcePreEvent" in event:
            record = _record(event["resourcePreEvent"]["metadata"])
            if record.op == "refresh":
                refreshing.setdefault(record.urn, []).append(len(found))
            found.append(record)
        elif "resOutputsEvent" in event:
            record = _record(event["resOutputsEvent"]["metadata"])
            if refreshing.get(record.urn):
                found[refreshing[record.urn].pop(0)] = record
    return found


def _record(metadata: Object) -> Record:
    differences = cast("Mapping[str, Object]", metadata.get("detailedDiff") or {})
    return Record(
        op=str(metadata["op"]),
        urn=str(metadata["urn"]),
        type=str(metadata["type"]),
        diff={
            path: PropertyDiff(kind=str(each["diffKind"]), input=bool(each["inputDiff"]))
            for path, each in differences.items()
        },
        old=_side(metadata.get("old")),
        new=_side(metadata.get("new")),
    )


def _side(found: JsonValue) -> Resource | None:
    if not isinstance(found, dict):
        return None
    properties = {
        name: {
            key: decode(value, json.dumps) for key, value in cast("dict[str, JsonValue]", found.get(name) or {}).items()
        }
        for name in ("inputs", "outputs")
    }
    return Resource(
        urn=str(found["urn"]),
        type=str(found["type"]),
        custom=bool(found.get("custom")),
        protect=bool(found.get("protect")),
        inputs=properties["inputs"],
        outputs=properties["outputs"],
    )
