"""Property values: plain Python values, plus what JSON cannot say (secret, unknown, reference to a resource)."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from google.protobuf import struct_pb2

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # marks a secret, is none
RESOURCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN_TEXTS: Final = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


class UnsupportedValueError(ValueError):
    """A property value that this engine does not carry."""


class Unknown:
    """A value that is not known before the update runs; there is one instance, `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Name the value."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Secret:
    """A value that is encrypted in the state and masked everywhere else."""

    __slots__ = ("value",)

    def __init__(self, value: "Value") -> None:
        """Wrap *value*; a secret in a secret is one secret."""
        self.value: Value = value.value if isinstance(value, Secret) else value

    def __eq__(self, other: object) -> bool:
        """Compare the wrapped values."""
        return isinstance(other, Secret) and same(self.value, other.value)

    __hash__ = None  # type: ignore[assignment]  # wraps mutable values

    def __repr__(self) -> str:
        """Never show the value."""
        return "[secret]"


class ResourceRef:
    """A reference to another resource: URN, id (None for a component, `UNKNOWN` in a preview) and package version."""

    __slots__ = ("identity", "urn", "version")

    def __init__(self, urn: str, identity: "Value", version: str) -> None:
        """Keep the three parts."""
        self.urn = urn
        self.identity = identity
        self.version = version

    def __eq__(self, other: object) -> bool:
        """Compare all parts."""
        return (
            isinstance(other, ResourceRef)
            and self.urn == other.urn
            and same(self.identity, other.identity)
            and self.version == other.version
        )

    __hash__ = None  # type: ignore[assignment]  # may hold a mutable identity


Value: TypeAlias = "bool | float | str | list[Value] | dict[str, Value] | Secret | Unknown | ResourceRef | None"
Properties: TypeAlias = dict[str, Value]


def same(left: Value, right: Value) -> bool:
    """Tell whether two values are equal; numbers and truth values are different things."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    return left == right


def contains_unknown(value: Value) -> bool:
    """Tell whether *value* is unknown or holds an unknown value at any depth."""
    if isinstance(value, dict):
        return any(contains_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_unknown(item) for item in value)
    if isinstance(value, Secret):
        return contains_unknown(value.value)
    return isinstance(value, Unknown)


def contains_secret(value: Value) -> bool:
    """Tell whether *value* is secret or holds a secret at any depth."""
    if isinstance(value, dict):
        return any(contains_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_secret(item) for item in value)
    return isinstance(value, Secret)


def reveal(value: Value) -> Value:
    """Return *value* with every secret mark taken off."""
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    if isinstance(value, Secret):
        return reveal(value.value)
    return value


def annotate_secrets(outputs: Properties | None, inputs: Properties | None) -> None:
    """Mark each of *outputs* secret whose namesake in *inputs* is; for providers that do not accept secrets."""
    if not outputs or not inputs:
        return
    for key, given in inputs.items():
        if key not in outputs:
            continue
        value = outputs[key]
        if isinstance(value, dict) and isinstance(given, dict):
            annotate_secrets(value, given)
        elif not isinstance(value, Secret) and contains_secret(given):
            outputs[key] = Secret(value)


def to_struct(
    properties: Mapping[str, Value],
    *,
    unknowns: bool,
    secrets: bool,
    resources: bool,
) -> struct_pb2.Struct:
    """Return *properties* in the wire form; what the receiver does not accept is dropped or unwrapped."""
    struct = struct_pb2.Struct()
    fields = struct.fields
    for key in sorted(properties):
        _fill(fields, key, properties[key], (unknowns, secrets, resources))
    return struct


def to_value(value: Value, *, unknowns: bool, secrets: bool, resources: bool) -> struct_pb2.Value:
    """Return one value in the wire form."""
    return to_struct({"value": value}, unknowns=unknowns, secrets=secrets, resources=resources).fields["value"]


def _fill(fields: Mapping[str, struct_pb2.Value], key: str, value: Value, keep: tuple[bool, bool, bool]) -> None:
    value = _unwrap(value, keep)
    if isinstance(value, Unknown):
        if keep[0]:
            fields[key].string_value = UNKNOWN_TEXT
        return
    _write(fields[key], value, keep)


def _unwrap(value: Value, keep: tuple[bool, bool, bool]) -> Value:
    while isinstance(value, Secret) and not keep[1]:
        value = value.value
    if isinstance(value, ResourceRef) and not keep[2]:
        return value.urn if value.identity is None else value.identity
    return value


def _write(target: struct_pb2.Value, value: Value, keep: tuple[bool, bool, bool]) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        for key in sorted(value):
            _fill(target.struct_value.fields, key, value[key], keep)
    elif isinstance(value, list):
        _write_list(target.list_value, value, keep)
    else:
        _write_marked(target.struct_value.fields, value, keep)


def _write_list(target: struct_pb2.ListValue, items: list[Value], keep: tuple[bool, bool, bool]) -> None:
    target.SetInParent()
    for item in items:
        plain = _unwrap(item, keep)
        if not isinstance(plain, Unknown):
            _write(target.values.add(), plain, keep)
        elif keep[0]:
            target.values.add().string_value = UNKNOWN_TEXT


def _write_marked(fields: Mapping[str, struct_pb2.Value], value: Value, keep: tuple[bool, bool, bool]) -> None:
    if isinstance(value, Secret):
        fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
        _fill(fields, "value", value.value, keep)
    elif isinstance(value, ResourceRef):
        fields[SIGNATURE_KEY].string_value = RESOURCE_SIGNATURE
        fields["urn"].string_value = value.urn
        if value.identity is not None:
            fields["id"].string_value = value.identity if isinstance(value.identity, str) else ""
        if value.version:
            fields["packageVersion"].string_value = value.version


def from_struct(struct: struct_pb2.Struct, dependencies: dict[str, set[str]] | None = None) -> Properties:
    """Return the properties of a wire *struct*.

    Args:
        struct: what the program or a provider sent.
        dependencies: where given, the URNs that output values carry are added under their property's name.

    Raises:
        UnsupportedValueError: it holds an asset or an archive, which no stack of this project uses.

    """
    result: Properties = {}
    for key, value in struct.fields.items():
        found: set[str] | None = None if dependencies is None else set()
        result[key] = from_value(value, found)
        if found and dependencies is not None:
            dependencies.setdefault(key, set()).update(found)
    return result


def from_value(value: struct_pb2.Value, dependencies: set[str] | None = None) -> Value:
    """Return one wire value as a Python value; see `from_struct`."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if len(text) == len(UNKNOWN_TEXT) and text in _UNKNOWN_TEXTS else text
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        return value.number_value
    if kind == "struct_value":
        return _from_object(value.struct_value, dependencies)
    if kind == "list_value":
        return [from_value(item, dependencies) for item in value.list_value.values]
    return None


def _from_object(struct: struct_pb2.Struct, dependencies: set[str] | None) -> Value:
    fields = struct.fields
    if SIGNATURE_KEY not in fields:
        return {key: from_value(item, dependencies) for key, item in fields.items()}
    signature = fields[SIGNATURE_KEY].string_value
    if signature == SECRET_SIGNATURE:
        return Secret(from_value(fields["value"], dependencies))
    if signature == OUTPUT_SIGNATURE:
        if dependencies is not None and "dependencies" in fields:
            dependencies.update(item.string_value for item in fields["dependencies"].list_value.values)
        inner = from_value(fields["value"], dependencies) if "value" in fields else UNKNOWN
        return Secret(inner) if "secret" in fields and fields["secret"].bool_value else inner
    if signature == RESOURCE_SIGNATURE:
        identity: Value = None
        if "id" in fields:
            identity = from_value(fields["id"], dependencies)
            identity = UNKNOWN if identity == "" else identity
        version = fields["packageVersion"].string_value if "packageVersion" in fields else ""
        return ResourceRef(fields["urn"].string_value, identity, version)
    names = {ASSET_SIGNATURE: "an asset", ARCHIVE_SIGNATURE: "an archive"}
    found = names.get(signature, f"a value with the signature {signature}")
    raise UnsupportedValueError(
        f"expected plain values, secrets or resource references, found {found}; use the official engine"
    )
