"""The metadata files in a replica's folder, read strictly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from recovery.longhorn.fault import ChainError

VOLUME_META: Final = "volume.meta"
META: Final = ".meta"
_LIMIT: Final = 1 << 20
_OTHER_REPLICA: Final = "Use another replica of this volume"
_VOLUME_FIELDS: Final[Mapping[str, type]] = {
    "Size": int,
    "Head": str,
    "Dirty": bool,
    "Rebuilding": bool,
    "Error": str,
    "Parent": str,
    "SectorSize": int,
    "BackingFilePath": str,
}
_VOLUME_EXTRA: Final[Mapping[str, type]] = {"Encrypted": bool}
_LAYER_FIELDS: Final[Mapping[str, type]] = {"Parent": str, "Removed": bool}
# Name is not compared with the file's: Longhorn leaves the old name in it when a head becomes a snapshot.
_LAYER_EXTRA: Final = ("Name", "UserCreated", "Created", "Labels")
_WORDS: Final = {int: "a whole number", str: "a text", bool: "true or false"}

Value = TypeVar("Value", int, str, bool)


@dataclass(frozen=True, kw_only=True)
class VolumeMeta:
    """What `volume.meta` says."""

    size: int
    """Bytes of the volume."""

    head: str
    """File name of the topmost layer."""

    parent: str
    """File name of the layer below it, as of the last time that this file was written."""

    dirty: bool
    """It was not closed in an orderly way."""

    rebuilding: bool
    """It was being filled from another replica."""

    error: str
    """Error that Longhorn noted."""

    sector_size: int
    """Sector that the volume showed; layers are laid over each other by 4,096 bytes whatever it is."""

    backing_file: str
    """Path of the image below all layers, or empty."""

    encrypted: bool
    """The content is a LUKS container."""

    unknown: tuple[str, ...]
    """Fields that this reader does not know."""


@dataclass(frozen=True, kw_only=True)
class LayerMeta:
    """What the metadata of one layer says."""

    parent: str
    """File name of the layer below, or empty."""

    removed: bool
    """The snapshot was deleted; its blocks are still needed."""

    created: str
    """When the layer was begun, as Longhorn wrote it."""

    unknown: tuple[str, ...]
    """Fields that this reader does not know."""


def read_volume_meta(folder: Path) -> VolumeMeta:
    """Return what `volume.meta` in *folder* says."""
    path = folder / VOLUME_META
    document = _read(path)
    for name, kind in _VOLUME_FIELDS.items():
        _field(path, document, name=name, kind=kind)
    encrypted = document.get("Encrypted", False)
    return VolumeMeta(
        size=_field(path, document, name="Size", kind=int),
        head=_field(path, document, name="Head", kind=str),
        parent=_field(path, document, name="Parent", kind=str),
        dirty=_field(path, document, name="Dirty", kind=bool),
        rebuilding=_field(path, document, name="Rebuilding", kind=bool),
        error=_field(path, document, name="Error", kind=str),
        sector_size=_field(path, document, name="SectorSize", kind=int),
        backing_file=_field(path, document, name="BackingFilePath", kind=str),
        encrypted=encrypted is True,
        unknown=tuple(sorted(set(document) - set(_VOLUME_FIELDS) - set(_VOLUME_EXTRA))),
    )


def read_layer_meta(path: Path) -> LayerMeta:
    """Return what the metadata file *path* of a layer says."""
    document = _read(path)
    created = document.get("Created", "")
    return LayerMeta(
        parent=_field(path, document, name="Parent", kind=str),
        removed=_field(path, document, name="Removed", kind=bool),
        created=created if isinstance(created, str) else "",
        unknown=tuple(sorted(set(document) - set(_LAYER_FIELDS) - set(_LAYER_EXTRA))),
    )


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except FileNotFoundError:
        raise ChainError(path, expected="a metadata file of Longhorn", found="no file", helps=_OTHER_REPLICA) from None
    except OSError as error:
        raise ChainError(path, expected="a readable metadata file", found=error.strerror or str(error)) from error
    if not content:
        raise ChainError(path, expected="one JSON object", found="an empty file", helps=_OTHER_REPLICA)
    try:
        document: object = json.loads(content) if len(content) <= _LIMIT else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ChainError(path, expected="one JSON object", found="something else", helps=_OTHER_REPLICA)
    return document


def _field(path: Path, document: Mapping[str, object], *, name: str, kind: type[Value]) -> Value:
    value = document.get(name)
    # A bool is an int to isinstance, and `Size: true` is no size.
    if type(value) is not kind:
        found = f"{value!r:.80}" if name in document else "no such field"
        raise ChainError(path, expected=f"{_WORDS[kind]} as {name}", found=found, helps=_OTHER_REPLICA)
    return value
