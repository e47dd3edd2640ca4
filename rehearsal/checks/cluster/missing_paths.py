"""What of a declared object is not in the one that is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


def missing_paths(declared: Json, live: Json, *, path: str = "") -> Iterator[str]:
    """Yield where they differ and show no value; what the API filled in besides is no difference."""
    if isinstance(declared, Mapping) and isinstance(live, Mapping):
        for name, value in declared.items():
            inner = f"{path}.{name}".removeprefix(".")
            if name not in live and value not in ({}, []):
                yield inner
            else:
                yield from missing_paths(value, live.get(name, value), path=inner)
    elif _is_list(declared) and _is_list(live) and len(declared) == len(live):
        for index, (value, found) in enumerate(zip(declared, live, strict=True)):
            yield from missing_paths(value, found, path=f"{path}[{index}]")
    elif declared != live:
        yield path


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
