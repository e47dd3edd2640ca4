"""Property values of the provider protocol as plain Python values."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_TEXT


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        """Name the value in messages."""
        return "unknown"


UNKNOWN: Final = Unknown()
"""A value that only an apply will tell."""

Plain: TypeAlias = "bool | int | float | str | Unknown | list[Plain] | dict[str, Plain] | None"
Properties: TypeAlias = dict[str, Plain]


def to_plain(values: Mapping[str, PropertyValue]) -> Properties:
    """Return *values* as plain ones, without those that are null."""
    return {name: plain for name, value in values.items() if (plain := _plain(value)) is not None}


def from_plain(values: Mapping[str, Plain], *, secret: Sequence[str] = ()) -> dict[str, PropertyValue]:
    """Return plain *values* for the protocol, those named in *secret* marked so."""
    return {
        name: _property(value).with_secret(is_secret=name in secret)
        for name, value in values.items()
        if value is not None
    }


def _plain(value: PropertyValue) -> Plain:
    content = value.value
    if isinstance(content, Computed):
        return UNKNOWN
    if isinstance(content, float) and content.is_integer():
        return int(content)
    if content is None or isinstance(content, (bool, float, str)):
        return content
    if isinstance(content, Mapping):
        return to_plain(content)
    if isinstance(content, Sequence):
        return [_plain(item) for item in content if isinstance(item, PropertyValue)]
    raise TypeError(f"expected a plain value, found a {type(content).__name__}")


def _property(value: Plain) -> PropertyValue:
    if isinstance(value, Unknown):
        # The SDK reads unknown values, but cannot write them: its own class is refused when it is sent.
        return PropertyValue(UNKNOWN_TEXT)
    if isinstance(value, dict):
        return PropertyValue({name: _property(item) for name, item in value.items()})
    if isinstance(value, list):
        return PropertyValue([_property(item) for item in value])
    # The protocol's numbers are all floating point; bool comes first because it is an int to Python.
    return PropertyValue(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)
