"""A replica's folder as Longhorn leaves it, and the volume in it by the simplest means."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class LayerContent:
    """What was written into one layer."""

    size: int
    """Length of its file."""

    blocks: Mapping[int, bytes] = field(default_factory=dict)
    """Content by number of the block; less than 4,096 bytes leave zeros behind them."""

    removed: bool = False
    """It was deleted as a snapshot."""

    created: str = "2026-01-01T00:00:00Z"
    """When it was begun."""


def write_layer(path: Path, layer: LayerContent) -> None:
    """Write one sparse file."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        os.ftruncate(fd, layer.size)
        for number, content in layer.blocks.items():
            os.pwrite(fd, content[: max(layer.size - number * BLOCK, 0)], number * BLOCK)
    finally:
        os.close(fd)


def snapshot_name(number: int) -> str:
    """Return the name of the layer *number*, the lowest being 0."""
    return f"volume-snap-0c5e7a9{number:03}-11aa-4b2c-9d3e-7f60514233aa.img"


def head_name(count: int) -> str:
    """Return the name of the head above *count* snapshots."""
    return f"volume-head-{count:03}.img"


def write_replica(
    folder: Path, layers: Sequence[LayerContent], *, backing: Path | None = None, **volume: object
) -> list[str]:
    """Write a folder with *layers*, lowest first, and return their names; *volume* replaces fields of volume.meta."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [*map(snapshot_name, range(len(layers) - 1)), head_name(len(layers) - 1)]
    for number, (name, layer) in enumerate(zip(names, layers, strict=True)):
        write_layer(folder / name, layer)
        write_meta(
            folder / f"{name}.meta",
            # Longhorn leaves the head's name in the metadata of a snapshot.
            Name=head_name(number),
            Parent=names[number - 1] if number else "",
            Removed=layer.removed,
            UserCreated=False,
            Created=layer.created,
            Labels=None,
        )
    fields: dict[str, object] = {
        "Size": layers[-1].size,
        "Head": names[-1],
        "Dirty": False,
        "Rebuilding": False,
        "Error": "",
        "Parent": names[-2] if len(names) > 1 else "",
        "SectorSize": 512,
        "BackingFilePath": str(backing or ""),
        "Encrypted": False,
    }
    write_meta(folder / "volume.meta", **{**fields, **volume})
    return names


def write_meta(path: Path, **fields: object) -> None:
    """Write a metadata file as Longhorn does, one line of JSON."""
    path.write_text(json.dumps(fields, separators=(",", ":")) + "\n")


def change_meta(path: Path, **fields: object) -> None:
    """Replace fields of a metadata file."""
    write_meta(path, **{**json.loads(path.read_text()), **fields})


def naive_volume(layers: Sequence[LayerContent], *, backing: LayerContent | None = None) -> bytes:
    """Return the volume, block by block: the highest layer that was written there, else zeros."""
    chain = [backing, *layers] if backing else [*layers]
    size = layers[-1].size
    volume = bytearray()
    for number in range(-(-size // BLOCK)):
        content = b""
        for layer in chain:
            if number in layer.blocks and number * BLOCK < layer.size:
                content = layer.blocks[number][: layer.size - number * BLOCK]
        volume += content.ljust(BLOCK, b"\0")
    return bytes(volume[:size])


def image_blocks(path: Path) -> tuple[int, dict[int, bytes]]:
    """Return length and blocks of a large image, those of zeros left out; its holes are not read."""
    size, blocks = path.stat().st_size, {}
    with path.open("rb") as file:
        number = 0
        while number * BLOCK < size:
            try:
                number = os.lseek(file.fileno(), number * BLOCK, os.SEEK_DATA) // BLOCK
            except OSError:  # nothing but a hole is left
                break
            content = os.pread(file.fileno(), BLOCK, number * BLOCK)
            if content.strip(b"\0"):
                blocks[number] = content
            number += 1
    return size, blocks


def naive_blocks(layers: Sequence[LayerContent]) -> tuple[int, dict[int, bytes]]:
    """Return what `image_blocks` must find in the image of layers without blocks of zeros."""
    size = layers[-1].size
    blocks = {number: content for layer in layers for number, content in layer.blocks.items()}
    return size, {
        number: content.ljust(BLOCK, b"\0")[: size - number * BLOCK] for number, content in sorted(blocks.items())
    }
