"""Compare what is there with what is wanted, property by property."""

import re
from collections.abc import Iterator, Mapping

from pulumi.provider.experimental.provider import PropertyDiffKind

from provider.values import Plain, Properties

_BARE = re.compile(r"^[A-Za-z_$][A-Za-z0-9_$]*$")


def differences(old: Properties, new: Properties) -> dict[str, PropertyDiffKind]:
    """Return the path and kind of each difference; what only *old* has at the top are outputs, no difference."""
    compared = {key: old[key] for key in old.keys() & new.keys()}
    return dict(_differences("", compared, new))


def _differences(
    path: str, old: Mapping[str, Plain], new: Mapping[str, Plain]
) -> Iterator[tuple[str, PropertyDiffKind]]:
    for key in sorted(old.keys() | new.keys()):
        step = _step(path, key)
        if key not in new:
            yield step, PropertyDiffKind.DELETE
        elif key not in old:
            yield step, PropertyDiffKind.ADD
        else:
            yield from _difference(step, old[key], new[key])


def _difference(path: str, old: Plain, new: Plain) -> Iterator[tuple[str, PropertyDiffKind]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _differences(path, old, new)
    elif old != new:
        yield path, PropertyDiffKind.UPDATE


def _step(path: str, key: str) -> str:
    """Return *path* with one more *key*, as Pulumi writes property paths."""
    if _BARE.match(key):
        return f"{path}.{key}" if path else key
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{escaped}"]'
