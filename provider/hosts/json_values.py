"""Property values as the worker reads them, and back."""

import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from provider.factory_error import FactoryError
from provider.values import Plain, Unknown

_BARE = re.compile(r"^[A-Za-z_$][A-Za-z0-9_$]*$")


def to_json(value: Plain) -> JsonValue:
    """Return *value* as JSON; the protocol knows no whole numbers, the settings' models do."""
    if isinstance(value, Unknown):
        raise FactoryError("expected a value that is known before a machine is asked")
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_json(item) for item in value]
    return value


def from_json(value: JsonValue) -> Plain:
    """Return *value* as a property value."""
    if isinstance(value, Mapping):
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def property_path(place: Sequence[str | int]) -> str:
    """Return *place* as Pulumi writes property paths."""
    path = ""
    for key in place:
        if isinstance(key, int):
            path += f"[{key}]"
        elif _BARE.match(key):
            path += f".{key}" if path else key
        else:
            path += f'["{key}"]'
    return path
