"""Files of an archive against their digests."""

import hashlib
import json
from pathlib import Path

from ops.backup_evidence.digest_faults import digest_faults


def test_each_file_is_compared(tmp_path: Path) -> None:
    """What is as it was is not named; other bytes and a missing file are."""
    right = hashlib.sha256(b"as it was").hexdigest()
    for name in ("same", "other"):
        (tmp_path / name).write_bytes(b"as it was" if name == "same" else b"as it waz")
    told = {"files": {"same": right, "other": right, "gone": right}}
    (tmp_path / "manifest.json").write_text(json.dumps(told))

    assert [*digest_faults(tmp_path)] == ["other: not the bytes that were collected", "gone: missing"]


def test_archive_without_manifest(tmp_path: Path) -> None:
    """Nothing can be said of files that no manifest names."""
    (tmp_path / "same").write_bytes(b"as it was")

    assert [*digest_faults(tmp_path)] == ["the archive has no manifest"]
