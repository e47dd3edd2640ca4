"""The files of an archive, compared with what the host wrote down when it collected."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path


def digest_faults(folder: Path) -> Iterator[str]:
    """Yield each file that is not what the manifest in *folder* says of it: missing, or other bytes."""
    told = folder / "manifest.json"
    if not told.is_file():
        yield "the archive has no manifest"
        return
    digests: Mapping[str, str] = json.loads(told.read_text(encoding="utf-8"))["files"]
    for name, digest in digests.items():
        file = folder / name
        if not file.is_file():
            yield f"{name}: missing"
            continue
        with file.open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != digest:
                yield f"{name}: not the bytes that were collected"
