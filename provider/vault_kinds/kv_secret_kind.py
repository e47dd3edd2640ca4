"""The resource type `factory:vault:KvSecret`."""

from collections.abc import Iterator, Mapping

from provider.declared_input import DeclaredInput
from provider.declared_kind import DeclaredKind
from provider.factory_error import FactoryError
from provider.values import Properties, Unknown
from provider.vault.kv_engine import KV1, KV2, KvEngine
from provider.vault.session import VaultSession

_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._][A-Za-z0-9._-]*"
OF_KV2 = ("data", "metadata", "delete", "undelete", "destroy", "config")
"""What the API of KV 2 puts before a path, and a path does not begin with."""


class KvSecretKind(DeclaredKind):
    """A secret of KV 1 or KV 2 with exactly these fields."""

    names_it = ("mount", "path")
    secret_names = ("values",)
    # Paths are exact: another path is another secret, and the old one is read until the new one is there.
    delete_first = False
    declared: Mapping[str, DeclaredInput] = {
        "mount": DeclaredInput(kind=str, pattern=_SEGMENT, example="kvv2"),
        "path": DeclaredInput(kind=str, pattern=rf"{_SEGMENT}(/{_SEGMENT})*", example="erp/config"),
        "values": DeclaredInput(kind=dict),
        "version": DeclaredInput(kind=float, default=float(KV2)),
    }

    def __init__(self, session: VaultSession) -> None:
        """Work with *session*."""
        self._session = session

    def contradictions(self, inputs: Properties) -> Iterator[tuple[str, str]]:
        """Refuse an empty secret, an engine that is not known, and a path of the API."""
        if inputs["values"] == {}:
            yield "values", "expected one field at least"
        version = inputs["version"]
        if not isinstance(version, Unknown) and version not in (KV1, KV2):
            yield "version", f"expected {KV1} or {KV2}"
        first = str(inputs["path"]).partition("/")[0]
        if version == KV2 and first in OF_KV2:
            yield "path", f"expected the path as `vault kv get` takes it, without {first}/"

    def make(self, inputs: Properties, _state: Properties) -> Properties:
        """Write the secret, unless it is there already."""
        mount, declared = str(inputs["mount"]), inputs["version"]
        engine = KvEngine(self._session, mount)
        version = engine.version()
        if version is None:
            raise FactoryError(f"Vault has no engine {mount}. Expected the engine KV {_number(declared)} to be there")
        if version != declared:
            raise FactoryError(f"Vault's engine {mount} is KV {version}. Expected KV {_number(declared)}")
        values = _texts(inputs)
        engine.write(str(inputs["path"]), values, version=version, secrets=[*values.values()])
        return {name: inputs[name] for name in self.declared}

    def found(self, named: Mapping[str, str], _inputs: Properties, _state: Properties) -> Properties | None:
        """Read the secret with all its fields; a deleted newest version is no secret."""
        engine = KvEngine(self._session, named["mount"])
        version = engine.version()
        values = None if version is None else engine.values(named["path"], version=version)
        return None if version is None or values is None else {**named, "values": values, "version": float(version)}

    def delete(self, identity: str) -> None:
        """Delete the secret with all its versions."""
        named = self.named(identity)
        engine = KvEngine(self._session, named["mount"])
        version = engine.version()
        if version is not None:
            engine.delete(named["path"], version=version)


def _texts(inputs: Properties) -> dict[str, str]:
    values = inputs["values"]
    return {field: str(value) for field, value in values.items()} if isinstance(values, Mapping) else {}


def _number(value: object) -> int:
    return int(value) if isinstance(value, float) else 0
