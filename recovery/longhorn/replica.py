"""What is known of a replica after its chain was verified."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BLOCK: Final = 4096
"""Longhorn decides by blocks of this many bytes which layer counts."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One file of the chain."""

    path: Path
    """Where it stands."""

    size: int
    """Its length in bytes, which may be less than the volume's."""

    allocated: int
    """Bytes that it takes on its disk."""

    changed: int
    """When its content was last written, in nanoseconds since 1970."""

    created: str = ""
    """When it was begun, as Longhorn wrote it."""

    removed: bool = False
    """It was deleted as a snapshot; its blocks count all the same."""


@dataclass(frozen=True, kw_only=True)
class Replica:
    """A replica whose chain is whole."""

    folder: Path
    """Where it stands."""

    size: int
    """Bytes of the volume."""

    layers: tuple[Layer, ...]
    """Lowest first; the backing file, if there is one, is the lowest."""

    dirty: bool
    """It was not closed in an orderly way."""

    encrypted: bool
    """The content is a LUKS container."""

    warnings: tuple[str, ...]
    """What the operator should know before the result is trusted."""

    notes: tuple[str, ...]
    """What is normal and still worth a line."""

    @property
    def head(self) -> Layer:
        """The topmost layer."""
        return self.layers[-1]

    @property
    def identity(self) -> str:
        """Digest of what the result is made of; another folder with the same files has the same."""
        digest = hashlib.sha256(f"{self.size}\n".encode())
        for layer in self.layers:
            digest.update(f"{layer.path.name}\n{layer.size}\n{layer.changed}\n".encode())
        return digest.hexdigest()
