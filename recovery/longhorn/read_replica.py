"""Read and verify the chain of layers in one replica's folder."""

import itertools
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from recovery.longhorn.fault import ChainError
from recovery.longhorn.metadata import META, LayerMeta, VolumeMeta, read_layer_meta, read_volume_meta
from recovery.longhorn.replica import Layer, Replica

_LAYER_NAME: Final = re.compile(r"volume-(head|snap)-[^/\0]+\.img")
_SECTORS: Final = (512, 4096)
_MOST_LAYERS: Final = 254
"""A byte holds the number of a layer; Longhorn itself opens no more than 250."""
_QCOW2: Final = b"QFI\xfb"
_OTHER_REPLICA: Final = "Use another replica of this volume"


def read_replica(folder: Path, *, backing: Path | None = None) -> Replica:
    """Return the replica in *folder*, or raise ChainError; *backing* stands for the backing file named there."""
    if not folder.is_dir():
        raise ChainError(folder, expected="a replica's folder", found="a file" if folder.exists() else "nothing")
    meta = read_volume_meta(folder)
    _refuse_state(folder, meta)
    chain = [*_follow(folder, meta)]
    layers = [_layer(folder / name, of=layer) for name, layer in reversed(chain)]
    _refuse_lengths(layers, size=meta.size)
    if meta.backing_file or backing:
        layers.insert(0, _backing_file(folder, meta, given=backing))
    if len(layers) > _MOST_LAYERS:
        raise ChainError(folder, expected=f"at most {_MOST_LAYERS} layers", found=str(len(layers)))
    return Replica(
        folder=folder,
        # Longhorn itself reads as far as the head reaches.
        size=max(meta.size, layers[-1].size),
        layers=tuple(layers),
        dirty=meta.dirty,
        encrypted=meta.encrypted,
        warnings=tuple(_warnings(meta, chain, layers)),
        notes=tuple(_notes(folder, meta, chain, layers)),
    )


def _refuse_state(folder: Path, meta: VolumeMeta) -> None:
    path = folder / "volume.meta"
    if meta.rebuilding:
        raise ChainError(path, expected="a complete replica", found="Rebuilding: true", helps=_OTHER_REPLICA)
    if meta.error:
        found = f"Error: {meta.error!r:.200}"
        raise ChainError(path, expected="a replica without an error", found=found, helps=_OTHER_REPLICA)
    if meta.size <= 0:
        raise ChainError(path, expected="a Size above 0", found=str(meta.size), helps=_OTHER_REPLICA)
    if meta.sector_size not in _SECTORS:
        raise ChainError(path, expected="a SectorSize of 512 or 4096", found=str(meta.sector_size))


def _follow(folder: Path, meta: VolumeMeta) -> Iterator[tuple[str, LayerMeta]]:
    """Return the names from the head down to the lowest layer."""
    seen: list[str] = []
    name, asked_by = meta.head, folder / "volume.meta"
    while name:
        if not _LAYER_NAME.fullmatch(name):
            expected = "the name of a layer, for example volume-head-000.img"
            raise ChainError(asked_by, expected=expected, found=f"{name!r:.200}", helps=_OTHER_REPLICA)
        if name in seen:
            loop = " → ".join([*seen[seen.index(name) :], name])
            raise ChainError(asked_by, expected="a chain that ends", found=f"a circle: {loop}", helps=_OTHER_REPLICA)
        if not (folder / name).exists():
            expected = f"a layer, named by {asked_by.name}"
            raise ChainError(folder / name, expected=expected, found="no file", helps=_OTHER_REPLICA)
        seen.append(name)
        layer = read_layer_meta(folder / f"{name}{META}")
        yield name, layer
        name, asked_by = layer.parent, folder / f"{name}{META}"
    if not seen:
        raise ChainError(asked_by, expected="the name of the head", found="none", helps=_OTHER_REPLICA)


def _layer(path: Path, *, of: LayerMeta) -> Layer:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ChainError(path, expected="a regular file", found=stat.filemode(status.st_mode))
    return Layer(
        path=path,
        size=status.st_size,
        allocated=status.st_blocks * 512,
        changed=status.st_mtime_ns,
        created=of.created,
        removed=of.removed,
    )


def _refuse_lengths(layers: Sequence[Layer], *, size: int) -> None:
    # A volume only ever grows, and Longhorn makes each layer as long as the volume is at that time.
    head = layers[-1]
    if head.size < size:
        expected = f"{size:,} bytes, the Size in volume.meta"
        raise ChainError(head.path, expected=expected, found=f"{head.size:,} bytes", helps=_OTHER_REPLICA)
    for below, above in itertools.pairwise(layers):
        if above.size < below.size:
            expected = f"at least {below.size:,} bytes, as long as {below.path.name} below it"
            raise ChainError(above.path, expected=expected, found=f"{above.size:,} bytes", helps=_OTHER_REPLICA)


def _backing_file(folder: Path, meta: VolumeMeta, *, given: Path | None) -> Layer:
    named = Path(meta.backing_file)
    if not meta.backing_file:
        raise ChainError(folder / "volume.meta", expected="a volume with a backing file", found="one without")
    # Longhorn names the file, or a folder with nothing but the file in it.
    path = given or named
    inside = [*path.iterdir()] if path.is_dir() else [path]
    if len(inside) != 1 or not inside[0].is_file():
        found = "no file" if not path.is_dir() else f"{len(inside)} entries in that folder"
        raise ChainError(path, expected="the backing file", found=found, helps="Give its place with --backing")
    with inside[0].open("rb") as file:
        if file.read(len(_QCOW2)) == _QCOW2:
            helps = "Convert a copy: qemu-img convert -O raw FILE RAW, then give it with --backing RAW"
            raise ChainError(inside[0], expected="a raw backing file", found="qcow2", helps=helps)
    return _layer(inside[0], of=LayerMeta(parent="", removed=False, created="", unknown=()))


def _warnings(meta: VolumeMeta, chain: Sequence[tuple[str, LayerMeta]], layers: Sequence[Layer]) -> Iterator[str]:
    head, below = chain[0]
    if meta.dirty:
        yield "volume.meta says Dirty: the volume was in use when it stopped (normal after a power cut)"
    if meta.parent != below.parent:
        yield f"volume.meta names {meta.parent or 'nothing'} below the head, {head}{META} {below.parent or 'nothing'}"
    if layers[-1].size > meta.size:
        yield f"the head is {layers[-1].size - meta.size:,} bytes longer than Size in volume.meta: all of it is kept"
    if unknown := sorted({*meta.unknown, *(field for _, layer in chain for field in layer.unknown)}):
        yield f"unknown fields in the metadata, of a newer Longhorn: {', '.join(unknown)}"
    for layer in layers[1:]:
        if layer.size and layer.allocated >= layer.size:
            yield (
                f"{layer.path.name} has no hole and so hides every layer below it: right if all of the volume was "
                "written since, wrong if the folder was copied without keeping holes"
            )


def _notes(
    folder: Path, meta: VolumeMeta, chain: Sequence[tuple[str, LayerMeta]], layers: Sequence[Layer]
) -> Iterator[str]:
    removed = [layer.path.name for layer in layers if layer.removed]
    if removed:
        yield f"marked as removed, and needed all the same: {', '.join(removed)}"
    shorter = [layer.path.name for layer in layers[-len(chain) :] if layer.size < meta.size]
    if shorter:
        yield f"shorter than the volume, which has grown since: {', '.join(shorter)}"
    if len(layers) > len(chain):
        yield f"the lowest layer is the backing file {layers[0].path}"
    if meta.encrypted:
        yield "the volume is encrypted: the result is a LUKS container"
    names = {name for name, _ in chain}
    aside = sorted(path.name for path in folder.glob("*.img") if path.name not in names)
    if aside:
        yield f"not below this head, left out: {', '.join(aside)}"
