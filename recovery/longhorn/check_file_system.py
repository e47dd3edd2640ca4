"""Check the file system in an image, changing nothing."""

import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

_SUPERBLOCK: Final = 1024
_MAGIC: Final = 0xEF53
_NEEDS_RECOVERY: Final = 0x4
_CLEAN: Final = 0
_FOUND: Final = 4
_SHOWN: Final = 10
_OTHERS: Final = {b"LUKS\xba\xbe": "a LUKS container", b"XFSB": "an XFS file system"}
_PATH: Final = "/usr/sbin:/sbin"


@dataclass(frozen=True, kw_only=True)
class FileSystemCheck:
    """What was found."""

    state: Literal["clean", "journal", "damaged", "other", "not checked"]
    """`journal`: the journal was not replayed, so what was found may be repaired by mounting it."""

    text: str
    """One line, then what the program said where it found something."""


def check_file_system(image: Path) -> FileSystemCheck:
    """Return what `e2fsck -n` says of *image*, or what else it holds."""
    with image.open("rb") as file:
        head = file.read(2 * _SUPERBLOCK)
    superblock = head[_SUPERBLOCK:]
    if len(superblock) < _SUPERBLOCK or struct.unpack_from("<H", superblock, 0x38)[0] != _MAGIC:
        found = next((name for magic, name in _OTHERS.items() if head.startswith(magic)), "no ext4 file system")
        return FileSystemCheck(state="other", text=f"{found}: not checked")
    program = shutil.which("e2fsck", path=f"{os.environ.get('PATH', '')}:{_PATH}")
    if not program:
        return FileSystemCheck(state="not checked", text="e2fsck is missing: apt-get install e2fsprogs")
    # -n opens the image for reading only and answers every question with no.
    done = subprocess.run([program, "-n", "-f", str(image)], capture_output=True, text=True, check=False)
    said = "\n".join(f"  {line}" for line in done.stdout.splitlines()[-_SHOWN:])
    if struct.unpack_from("<I", superblock, 0x60)[0] & _NEEDS_RECOVERY:
        verdict = "nothing found" if done.returncode == _CLEAN else "findings may come from that"
        text = f"ext4, not unmounted: its journal is replayed when it is mounted first; {verdict}\n{said}"
        return FileSystemCheck(state="journal", text=text)
    if done.returncode == _CLEAN:
        return FileSystemCheck(state="clean", text="ext4, clean")
    if done.returncode == _FOUND:
        return FileSystemCheck(state="damaged", text=f"ext4, damaged\n{said}")
    return FileSystemCheck(state="damaged", text=f"e2fsck ended with {done.returncode}\n{said}\n{done.stderr.strip()}")
