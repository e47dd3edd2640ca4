"""Property values of the protocol as plain Python, and back."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from provider.factory_error import FactoryError


@dataclasses.dataclass(frozen=True)
class Unknown:
    """A value that only an apply will tell."""


Plain: TypeAlias = "bool | float | str | Unknown | Sequence[Plain] | Mapping[str, Plain] | None"
Properties: TypeAlias = Mapping[str, Plain]


def plain(properties: Mapping[str, PropertyValue]) -> dict[str, Plain]:
    """Return *properties* as plain values."""
    return {key: _plain(value) for key, value in properties.items()}


def wrapped(properties: Properties) -> dict[str, PropertyValue]:
    """Return *properties* as the protocol's values."""
    return {key: _wrapped(value) for key, value in properties.items()}


def _plain(value: PropertyValue) -> Plain:
    inner = value.value
    if inner == UNKNOWN:
        return Unknown()
    if inner is None or isinstance(inner, bool | float | str):
        return inner
    if isinstance(inner, Mapping):
        return {key: _plain(item) for key, item in inner.items()}
    if isinstance(inner, tuple):
        return [_plain(item) for item in inner]
    raise FactoryError(f"expected text, numbers, lists and mappings, found a value of the type {value.type.value}")


def _wrapped(value: Plain) -> PropertyValue:
    if isinstance(value, Unknown):
        # The SDK's classes have a value for this, which is never received, and refused when it is sent.
        return PropertyValue(UNKNOWN)
    if isinstance(value, Mapping):
        return PropertyValue({key: _wrapped(item) for key, item in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return PropertyValue([_wrapped(item) for item in value])
    return PropertyValue(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)
