"""The difference between a recorded state and the declared inputs, property by property."""

from collections.abc import Collection, Mapping

from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from rehearsal.standins.plain import UNKNOWN, Plain, Properties
from rehearsal.standins.resource_kind import Property

REPLACING = {
    PropertyDiffKind.ADD: PropertyDiffKind.ADD_REPLACE,
    PropertyDiffKind.UPDATE: PropertyDiffKind.UPDATE_REPLACE,
    PropertyDiffKind.DELETE: PropertyDiffKind.DELETE_REPLACE,
}


def compare(
    properties: Mapping[str, Property], *, state: Properties, inputs: Properties, ignored: Collection[str]
) -> dict[str, PropertyDiff]:
    """Return what differs between *state* and *inputs*; like the official ones it compares with the recorded state."""
    found: dict[str, PropertyDiff] = {}
    for name, declared in properties.items():
        if declared.output or name in ignored:
            continue
        kind = _kind(declared, state.get(name), inputs.get(name, declared.default))
        if kind is not None:
            found[name] = PropertyDiff(REPLACING[kind] if declared.replaces else kind, input_diff=False)
    return found


def _kind(declared: Property, before: Plain, after: Plain) -> PropertyDiffKind | None:
    if _same(before, after, unordered=declared.unordered):
        return None
    if after is None:
        return None if declared.computed else PropertyDiffKind.DELETE
    return PropertyDiffKind.ADD if before is None else PropertyDiffKind.UPDATE


def _same(before: Plain, after: Plain, *, unordered: bool) -> bool:
    if after is UNKNOWN:
        return False
    # The official providers know no difference between a missing value and an empty one.
    if not before and not after:
        return True
    if unordered and isinstance(before, list) and isinstance(after, list):
        return sorted(map(str, before)) == sorted(map(str, after))
    return before == after
