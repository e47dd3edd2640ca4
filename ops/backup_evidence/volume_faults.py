"""Volumes of the cluster whose data nobody backs up."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import JsonValue

from ops.backup_evidence.age_and_size import OLDEST
from ops.volume_objects.longhorn_object import LonghornObject
from ops.volume_objects.read_dump import longhorn_objects

COPIES = "tools/backups-rwx"
"""The claim that backups were written to before: what lies there is a copy already."""


def volume_faults(file: Path, *, began: float) -> Iterator[str]:
    """Yield each volume in *file*, as it was when the collection *began*, without a fresh backup of Longhorn's own."""
    then = dt.datetime.fromtimestamp(began, dt.UTC)
    found = longhorn_objects([json.loads(file.read_text(encoding="utf-8"))])
    for volume in (each for each in found if each.kind == "Volume"):
        claim, last = _claim(volume), str(_status(volume).get("lastBackupAt") or "")
        name = f"volume {volume.name}" + (f" of {claim}" if claim else "")
        if claim == COPIES:
            continue
        if not last:
            yield f"{name}: in no backup: Longhorn never made one"
        elif then - dt.datetime.fromisoformat(last) > OLDEST:
            yield f"{name}: the last backup that Longhorn made is from {last}"


def _claim(volume: LonghornObject) -> str:
    told = _status(volume).get("kubernetesStatus")
    if not isinstance(told, dict) or not told.get("pvcName"):
        return ""
    return f"{told.get('namespace')}/{told['pvcName']}"


def _status(volume: LonghornObject) -> Mapping[str, JsonValue]:
    status = volume.document.get("status")
    return status if isinstance(status, dict) else {}
