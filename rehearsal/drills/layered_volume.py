"""A volume as its user sees it, and the layers in which Longhorn would keep it."""

import hashlib
import json
import os
from pathlib import Path

from rehearsal.machines.system_command import system_command

BLOCK = 4096
SIZE = 48 << 20


class LayeredVolume:
    """An ext4 file system in a file; each state of it since the last snapshot is a layer."""

    def __init__(self, folder: Path) -> None:
        """Make an empty one in *folder*, which is made by it."""
        folder.mkdir()
        self.path = folder / "volume"
        self._layers: list[dict[int, bytes]] = []
        self._before = b""
        with self.path.open("wb") as file:
            file.truncate(SIZE)
        system_command(["mke2fs", "-q", "-t", "ext4", str(self.path)])
        self.snapshot()

    def write(self, name: str, content: bytes) -> None:
        """Write a file into it, as its user would."""
        source = self.path.with_name(name)
        source.write_bytes(content)
        system_command(["debugfs", "-w", "-R", f"write {source} {name}", str(self.path)])

    def remove(self, name: str) -> None:
        """Remove a file from it."""
        system_command(["debugfs", "-w", "-R", f"rm {name}", str(self.path)])

    def snapshot(self) -> None:
        """Put every block that differs from the last snapshot into a layer, also those that became zeros."""
        now, before = self.path.read_bytes(), self._before.ljust(SIZE, b"\0")
        self._layers.append(
            {
                start // BLOCK: now[start : start + BLOCK]
                for start in range(0, SIZE, BLOCK)
                if now[start : start + BLOCK] != before[start : start + BLOCK]
            }
        )
        self._before = now

    def write_replica(self, folder: Path, *, layers: int | None = None) -> None:
        """Write a replica with the lowest *layers*, or all, as a power cut leaves it."""
        folder.mkdir(parents=True)
        chosen = self._layers[:layers]
        below = ""
        for number, blocks in enumerate(chosen):
            is_head = number == len(chosen) - 1
            name = f"volume-head-{number:03}.img" if is_head else f"volume-snap-{number:08}.img"
            with (folder / name).open("wb") as file:
                file.truncate(SIZE)
                for block, content in blocks.items():
                    os.pwrite(file.fileno(), content, block * BLOCK)
            created = f"2026-01-01T00:00:{number:02}Z"
            about = {"Name": name, "Parent": below, "Removed": number == 1, "UserCreated": False, "Created": created}
            (folder / f"{name}.meta").write_text(json.dumps({**about, "Labels": None}))
            above, below = below, name
        volume = {
            "Size": SIZE, "Head": below, "Dirty": True, "Rebuilding": False, "Error": "", "Parent": above,
            "SectorSize": 512, "BackingFilePath": "", "Encrypted": False,
        }  # fmt: skip
        (folder / "volume.meta").write_text(json.dumps(volume))

    def checksum(self) -> str:
        """Return the SHA-256 of all that its user sees."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()
