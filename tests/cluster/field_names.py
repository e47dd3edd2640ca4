"""Every field name of an object, mistyped one at a time."""

from collections.abc import Iterator, Mapping, Sequence

from hosts.cluster.kubernetes_object import Json, KubernetesObject

FREE = frozenset({"annotations", "data", "labels", "plugin", "templates"})
"""Fields whose content has names of our own choice."""


def mistyped(one: KubernetesObject) -> Iterator[tuple[str, KubernetesObject]]:
    """Yield the path of each field, and the object in which its name is one letter longer."""
    for path, changed in _mistyped(one):
        if isinstance(changed, dict):
            yield path, changed


def _mistyped(value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, {**{other: each for other, each in value.items() if other != name}, f"{name}x": inner}
            if name not in FREE:
                yield from ((f"{name}.{path}", {**value, name: changed}) for path, changed in _mistyped(inner))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            for path, changed in _mistyped(inner):
                yield f"[{index}].{path}", [*value[:index], changed, *value[index + 1 :]]
