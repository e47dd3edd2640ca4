"""One resource of the state: what Pulumi's deployment format (version 3) keeps of it."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias, cast

from engine.urn import provider_urn
from engine.values import (
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    UNKNOWN_TEXT,
    Properties,
    ResourceRef,
    Secret,
    Unknown,
    UnsupportedValueError,
    Value,
)

Decrypt: TypeAlias = Callable[[str], str]
Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None


class Dependency(NamedTuple):
    """One edge of the graph: `kind` is parent, dependency, property, deletedWith or replaceWith."""

    kind: str
    urn: str
    key: str = ""


@dataclasses.dataclass(eq=False, kw_only=True)
class Resource:
    """A resource; two are the same only if they are the same object, since one URN may stand twice in a state."""

    urn: str
    type: str
    custom: bool
    delete: bool = False
    id: str = ""
    inputs: Properties = dataclasses.field(default_factory=dict)
    outputs: Properties = dataclasses.field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    taint: bool = False
    external: bool = False
    dependencies: list[str] = dataclasses.field(default_factory=list)
    init_errors: list[str] = dataclasses.field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    pending_replacement: bool = False
    additional_secret_outputs: list[str] = dataclasses.field(default_factory=list)
    aliases: list[str] = dataclasses.field(default_factory=list)
    custom_timeouts: dict[str, float] = dataclasses.field(default_factory=dict)
    import_id: str = ""
    retain_on_delete: bool = False
    deleted_with: str = ""
    replace_with: list[str] = dataclasses.field(default_factory=list)
    replacement_trigger: Value = None
    created: str = ""
    modified: str = ""
    hide_diff: list[Json] = dataclasses.field(default_factory=list)
    ignore_changes: list[str] = dataclasses.field(default_factory=list)
    replace_on_changes: list[str] = dataclasses.field(default_factory=list)
    refresh_before_update: bool = False

    text: str | None = dataclasses.field(default=None, repr=False)
    """The rendered JSON; None when the resource changed since it was rendered."""

    def copy(self) -> "Resource":
        """Return a copy that shares no list or dictionary of its own (values are shared)."""
        return dataclasses.replace(
            self,
            inputs=dict(self.inputs),
            outputs=dict(self.outputs),
            dependencies=list(self.dependencies),
            property_dependencies={key: list(urns) for key, urns in self.property_dependencies.items()},
            replace_with=list(self.replace_with),
            aliases=list(self.aliases),
            text=None,
        )

    def edges(self) -> Iterator[Dependency]:
        """Yield everything that must stand before this resource, its provider excepted."""
        if self.parent:
            yield Dependency("parent", self.parent)
        for urn in self.dependencies:
            yield Dependency("dependency", urn)
        for key, urns in self.property_dependencies.items():
            for urn in urns:
                yield Dependency("property", urn, key)
        if self.deleted_with:
            yield Dependency("deletedWith", self.deleted_with)
        for urn in self.replace_with:
            yield Dependency("replaceWith", urn)

    def required(self) -> set[str]:
        """Return the URNs of all that must stand before this resource, its provider included."""
        urns = {edge.urn for edge in self.edges()}
        if self.provider:
            urns.add(provider_urn(self.provider))
        return urns

    def touch(self) -> None:
        """Note that the resource changed now."""
        self.modified = now()
        self.text = None


def now() -> str:
    """Return the time as the state writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_KEYS: Final = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "taint": "taint",
    "external": "external",
    "dependencies": "dependencies",
    "init_errors": "initErrors",
    "provider": "provider",
    "property_dependencies": "propertyDependencies",
    "pending_replacement": "pendingReplacement",
    "additional_secret_outputs": "additionalSecretOutputs",
    "aliases": "aliases",
    "custom_timeouts": "customTimeouts",
    "import_id": "importID",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "replace_with": "replaceWith",
    "created": "created",
    "modified": "modified",
    "ignore_changes": "ignoreChanges",
    "hide_diff": "hideDiff",
    "replace_on_changes": "replaceOnChanges",
    "replacement_trigger": "replacementTrigger",
    "refresh_before_update": "refreshBeforeUpdate",
}
_ALWAYS: Final = {"urn", "custom", "type"}
_VALUES: Final = {"inputs", "outputs"}
_IGNORED: Final = {"sourcePosition", "stackTrace", "resourceHooks"}
_REFUSED: Final = {"viewOf": "views", "extensionRef": "extensions", "snippetID": "snippets"}


class UnsupportedStateError(Exception):
    """The state holds something that this engine does not carry on; the official one does."""


def to_json(resource: Resource, encrypt: Callable[[str], str]) -> dict[str, Json]:
    """Return the JSON object of *resource*; absent means false, empty or none."""
    result: dict[str, Json] = {}
    for name, key in _KEYS.items():
        value = getattr(resource, name)
        if name in _VALUES or name == "replacement_trigger":
            if value:
                result[key] = encode(value, encrypt)
        elif value or name in _ALWAYS:
            result[key] = value
    return result


def from_json(document: Mapping[str, Json], decrypt: Decrypt | None) -> Resource:
    """Return the resource that a JSON object describes.

    Raises:
        UnsupportedStateError: it uses a feature that this engine does not have.
        PassphraseError: a secret cannot be decrypted.

    """
    known = {key: name for name, key in _KEYS.items()}
    arguments: dict[str, object] = {}
    for key, value in document.items():
        if key in _REFUSED:
            raise UnsupportedStateError(f"{document.get('urn')} uses {_REFUSED[key]}; use the official engine")
        if key in _VALUES or key == "replacementTrigger":
            arguments[known[key]] = decode(value, decrypt)
        elif key in known:
            arguments[known[key]] = value
    return Resource(**arguments)  # type: ignore[arg-type]  # keys and types are those of the published format


def encode(value: Value, encrypt: Callable[[str], str]) -> Json:  # noqa: PLR0911  # one answer for each kind of value
    """Return the state's form of a property value; a secret inside a secret is encrypted once, as a whole."""
    if isinstance(value, dict):
        return {key: encode(item, encrypt) for key, item in value.items()}
    if isinstance(value, list):
        return [encode(item, encrypt) for item in value]
    if isinstance(value, Secret):
        plain = json.dumps(encode(value.value, str), separators=(",", ":"), ensure_ascii=False)
        return {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": encrypt(plain)}
    if isinstance(value, ResourceRef):
        reference: dict[str, Json] = {
            SIGNATURE_KEY: RESOURCE_SIGNATURE,
            "urn": value.urn,
            "packageVersion": value.version,
        }
        if value.identity is not None:
            reference["id"] = value.identity if isinstance(value.identity, str) else ""
        return reference
    if isinstance(value, Unknown):
        return UNKNOWN_TEXT
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def decode(value: Json, decrypt: Decrypt | None) -> Value:
    """Return the property value of the state's form; the inverse of `encode`."""
    if isinstance(value, str):
        return UNKNOWN if value == UNKNOWN_TEXT else value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, Mapping):
        if SIGNATURE_KEY in value:
            return _decode_signed(value, decrypt)
        return {key: decode(item, decrypt) for key, item in value.items()}
    return [decode(item, decrypt) for item in value]


def _decode_signed(value: Mapping[str, Json], decrypt: Decrypt | None) -> Value:
    signature = value[SIGNATURE_KEY]
    if signature == SECRET_SIGNATURE:
        if "plaintext" in value:
            return Secret(decode(json.loads(cast("str", value["plaintext"])), str))
        if decrypt is None:
            raise UnsupportedStateError("the state holds secrets but names no secrets provider; restore it")
        return Secret(decode(json.loads(decrypt(cast("str", value["ciphertext"]))), str))
    if signature == RESOURCE_SIGNATURE:
        identity = value.get("id")
        return ResourceRef(
            cast("str", value["urn"]),
            UNKNOWN if identity == "" else cast("str | None", identity),
            cast("str", value.get("packageVersion", "")),
        )
    raise UnsupportedValueError(f"expected a secret or a resource reference, found the signature {signature}")
