"""What is kept of the operator's own machine: the states of all stacks, and that the key files are there."""

import hashlib
import json
import time
from pathlib import Path

from ops.backup_evidence.exported_states import exported_states

OPERATOR = "operator"
"""Name of that machine's repository."""
SOURCE = "states"


def collected_states(place: Path, *, stacks: Path, key_files: tuple[Path, ...]) -> Path:
    """Write the states of the stacks of the folder *stacks* below *place*, with a manifest; return the folder.

    Of the *key_files* it is told that they are there; what is in them goes nowhere.
    """
    folder = place / SOURCE
    folder.mkdir()
    began = time.time()
    counts, files, size = {}, {}, 0
    for stack, text in exported_states(stacks).items():
        content = text.encode()
        (folder / f"{stack}.json").write_bytes(content)
        files[f"{stack}.json"] = hashlib.sha256(content).hexdigest()
        counts[stack] = len(json.loads(text)["deployment"].get("resources") or [])
        size += len(content)
    there = {str(file): file.expanduser().is_file() for file in key_files}
    manifest = {
        "source": SOURCE, "kind": "states", "began": began, "states": counts, "key_files": there, "files": files,
        "bytes": size,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return folder
