"""How the types of the recording provider answer: functions of property values, without any state.

`Thing` answers a diff path by path, `Plain` names only the top-level properties, `Blind` says nothing at all and
leaves the comparison to the engine, `Named` is given a name by Check when it has none.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pulumi.runtime import proto
from pydantic import JsonValue

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What an unknown value looks like on the wire."""

SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"  # noqa: S105 -- the protocol's key for a marked value
"""Key of the mark of a value."""

SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the protocol's mark, the same for everybody
"""Mark of a secret."""

Properties: TypeAlias = Mapping[str, JsonValue]

_REPLACED_BY = frozenset({"replace", "dbr", "name"})
_DELETED_FIRST_BY = "dbr"


def outputs(inputs: Properties, *, object_id: str) -> dict[str, JsonValue]:
    """Return the state of the object *object_id* made from *inputs*.

    `echo` repeats `value`, `token` follows from the id, and is marked as a secret where `hide` is set; the id is empty
    while it is not known.
    """
    token: JsonValue = f"token of {object_id}" if object_id else UNKNOWN
    if inputs.get("hide"):
        token = {SECRET_SIGNATURE: SECRET_MARK, "value": token}
    return {**inputs, "echo": inputs.get("value"), "token": token}


def diff(old: Properties, new: Properties, *, token: str) -> proto.DiffResponse:
    """Return what changes between two sets of inputs of a resource of type *token*."""
    kind = token.rpartition(":")[2]
    if kind == "Blind":
        return proto.DiffResponse()
    changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    response = proto.DiffResponse(
        changes=proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE,
        diffs=changed,
        replaces=[key for key in changed if key in _REPLACED_BY],
        deleteBeforeReplace=_DELETED_FIRST_BY in changed,
    )
    if kind != "Plain":
        response.hasDetailedDiff = True
        for key in changed:
            for path, change in _changes(key, old.get(key), new.get(key)):
                if key in _REPLACED_BY:
                    change += "_REPLACE"  # noqa: PLW2901 -- the stronger name of the same change
                response.detailedDiff[path].kind = proto.PropertyDiff.Kind.Value(change)
                response.detailedDiff[path].inputDiff = True
    return response


def _changes(path: str, old: JsonValue, new: JsonValue) -> Sequence[tuple[str, str]]:
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            change for key in sorted({*old, *new}) for change in _changes(f"{path}.{key}", old.get(key), new.get(key))
        ]
    if old is None:
        return [(path, "ADD")]
    return [(path, "DELETE" if new is None else "UPDATE")]
