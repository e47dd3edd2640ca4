"""Differences: what a provider says of them, and how they are found where it says nothing."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

from engine.paths import Path, contains, parse, text
from engine.values import Properties, Value, reveal, same

KINDS: Final = ("add", "add-replace", "delete", "delete-replace", "update", "update-replace")
"""Names of the wire's kinds of difference, by number."""

_INVERSE: Final = {
    "add": "delete",
    "add-replace": "delete-replace",
    "delete": "add",
    "delete-replace": "add-replace",
    "update": "update",
    "update-replace": "update-replace",
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class PropertyDiff:
    """How one property differs: `kind` is one of `KINDS`; `input` tells whether the input side changed."""

    kind: str
    input: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Diff:
    """A provider's answer to Diff. `changes` None means: the provider does not know."""

    changes: bool | None
    replace_keys: Sequence[str] = ()
    changed_keys: Sequence[str] = ()
    delete_before_replace: bool = False
    detailed: Mapping[str, PropertyDiff] | None = None

    def replaces(self) -> bool:
        """Tell whether the object must be replaced."""
        return bool(self.changes) and (
            bool(self.replace_keys) or any(item.kind.endswith("replace") for item in (self.detailed or {}).values())
        )

    def inverted(self) -> "Diff":
        """Return the difference as seen from the other side."""
        detailed = self.detailed
        if detailed is not None:
            detailed = {
                path: PropertyDiff(kind=_INVERSE[item.kind], input=item.input) for path, item in detailed.items()
            }
        return dataclasses.replace(self, detailed=detailed)


def by_inputs(diff: Diff, old: Properties, new: Properties) -> Diff:
    """Return *diff* decided by a comparison of inputs, value by value."""
    detailed: dict[str, PropertyDiff] = {}
    _walk((), reveal(old), reveal(new), detailed)
    if not detailed:
        return dataclasses.replace(diff, changes=False)
    changed = sorted({str(parse(path)[0]) for path in detailed})
    return dataclasses.replace(diff, changes=True, changed_keys=tuple(changed), detailed=detailed)


def _walk(path: Path, old: Value, new: Value, found: dict[str, PropertyDiff]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            below = (*path, key)
            if key not in new:
                found[text(below)] = PropertyDiff(kind="delete", input=True)
            elif key not in old:
                found[text(below)] = PropertyDiff(kind="add", input=True)
            else:
                _walk(below, old[key], new[key], found)
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip(old, new, strict=False)):
            _walk((*path, index), before, after, found)
        for index in range(len(new), len(old)):
            found[text((*path, index))] = PropertyDiff(kind="delete", input=True)
        for index in range(len(old), len(new)):
            found[text((*path, index))] = PropertyDiff(kind="add", input=True)
    elif not same(old, new):
        found[text(path)] = PropertyDiff(kind="update", input=True)


_INIT_ERROR: Final = "#initerror"


def replace_on_changes(diff: Diff, patterns: Sequence[str], *, init_errors: bool) -> Diff:
    """Return *diff* with every change at or below one of *patterns* made a reason to replace."""
    if not patterns or (not diff.changes and not init_errors):
        return diff
    paths = [parse(text) for text in patterns]

    def hit(text: str) -> bool:
        return any(contains(path, parse(text)) for path in paths)

    detailed: Mapping[str, PropertyDiff] | None = diff.detailed
    if detailed is not None:
        detailed = {
            path: dataclasses.replace(item, kind=f"{item.kind.removesuffix('-replace')}-replace") if hit(path) else item
            for path, item in detailed.items()
        }
    keys = list(dict.fromkeys([*diff.replace_keys, *(key for key in diff.changed_keys if hit(key))]))
    changes = diff.changes
    if init_errors and hit(_INIT_ERROR):
        keys.append(_INIT_ERROR)
        changes = True
    return dataclasses.replace(diff, detailed=detailed, replace_keys=tuple(keys), changes=changes)
