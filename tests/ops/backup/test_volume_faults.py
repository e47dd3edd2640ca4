"""Volumes of the cluster, and the backups that Longhorn makes of them."""

import datetime as dt
import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from ops.backup_evidence.volume_faults import volume_faults

BEGAN = dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("last", "claim", "faults"),
    [
        ("2026-01-30T05:00:00Z", "erp-documents", []),
        ("", "erp-documents", ["volume pvc-1 of erp/erp-documents: in no backup: Longhorn never made one"]),
        (None, None, ["volume pvc-1: in no backup: Longhorn never made one"]),
        (
            "2026-01-29T04:00:00Z",
            "erp-documents",
            ["volume pvc-1 of erp/erp-documents: the last backup that Longhorn made is from 2026-01-29T04:00:00Z"],
        ),
    ],
    ids=["fresh", "never", "without a claim", "stale"],
)
def test_each_volume_has_a_fresh_backup(tmp_path: Path, last: str | None, claim: str | None, faults: list[str]) -> None:
    """Whatever is configured: a volume that Longhorn made no backup of in the last day is told, with its claim."""
    told: JsonValue = {} if claim is None else {"namespace": "erp", "pvcName": claim}
    assert _found(tmp_path, {"lastBackupAt": last, "kubernetesStatus": told}) == faults


def test_the_volume_of_copies_needs_none(tmp_path: Path) -> None:
    """What lies on the volume for backups is a copy."""
    assert _found(tmp_path, {"kubernetesStatus": {"namespace": "tools", "pvcName": "backups-rwx"}}) == []


def _found(folder: Path, status: JsonValue) -> list[str]:
    volume: JsonValue = {
        "apiVersion": "longhorn.io/v1beta2", "kind": "Volume", "spec": {}, "status": status,
        "metadata": {"name": "pvc-1", "namespace": "longhorn-system"},
    }  # fmt: skip
    file = folder / "objects.json"
    file.write_text(json.dumps({"items": [volume]}), encoding="utf-8")
    return [*volume_faults(file, began=BEGAN)]
