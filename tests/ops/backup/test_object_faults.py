"""Objects of a cluster that were kept."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from ops.backup_evidence.object_faults import object_faults

VERSION = "longhorn.io/v1beta2"
CLAIM: JsonValue = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}}


def longhorn(kind: str, name: str, **spec: JsonValue) -> JsonValue:
    """Return one object of Longhorn."""
    metadata: JsonValue = {"name": name, "namespace": "longhorn-system"}
    return {"apiVersion": VERSION, "kind": kind, "metadata": metadata, "spec": spec}


WHOLE = [
    CLAIM, longhorn("Volume", "pvc-1"), longhorn("Engine", "pvc-1-e", volumeName="pvc-1"),
    longhorn("Replica", "pvc-1-r", volumeName="pvc-1"),
]  # fmt: skip
COUNTS = {"PersistentVolumeClaim.v1": 1, "Volume.longhorn.io": 1, "Engine.longhorn.io": 1, "Replica.longhorn.io": 1}


@pytest.mark.parametrize(
    ("items", "faults"),
    [
        (WHOLE, []),
        (WHOLE[1:], ["PersistentVolumeClaim.v1: collected 1, found 0"]),
        (
            WHOLE[:3],
            [
                "Replica.longhorn.io: collected 1, found 0",
                "volume pvc-1: has no Replica, so it cannot be put back with its data",
            ],
        ),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, items: list[JsonValue], faults: list[str]) -> None:
    """All that was counted must be there, and each volume with what leads to its data."""
    file = tmp_path / "objects.json"
    file.write_text(json.dumps({"kind": "List", "items": items}))
    assert [*object_faults(file, counts=COUNTS)] == faults
