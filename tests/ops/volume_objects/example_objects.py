"""A volume with an engine and two replicas, as a dump has them."""

import json
from pathlib import Path

from pydantic import JsonValue

VOLUME = "pvc-7b1f0c52"
DISKS = {"pi1": "11111111-aaaa", "pi3": "33333333-cccc"}


def replica(machine: str) -> dict[str, JsonValue]:
    """Return the object of the replica on *machine*."""
    return _object(
        "Replica",
        f"{VOLUME}-r-{machine}",
        {
            "volumeName": VOLUME, "nodeID": machine, "diskID": DISKS[machine], "diskPath": "/mnt/arcodange/longhorn/",
            "dataDirectoryName": f"{VOLUME}-{machine}", "engineName": f"{VOLUME}-e-0", "active": True,
            "healthyAt": "2026-01-01T00:00:00Z", "volumeSize": "50331648",
        },
    )  # fmt: skip


def example_objects() -> list[dict[str, JsonValue]]:
    """Return all four."""
    volume: dict[str, JsonValue] = {"size": "50331648", "numberOfReplicas": 2, "frontend": "blockdev"}
    engine: dict[str, JsonValue] = {"volumeName": VOLUME, "active": True, "volumeSize": "50331648"}
    return [
        _object("Volume", VOLUME, volume),
        _object("Engine", f"{VOLUME}-e-0", engine),
        replica("pi1"),
        replica("pi3"),
    ]


def write_dump(folder: Path, objects: list[dict[str, JsonValue]]) -> Path:
    """Write them as `kubectl get -o json` does."""
    file = folder / "dump.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    return file


def write_disks(folder: Path) -> list[Path]:
    """Write what lies on the two disks."""
    files = []
    for machine, disk in DISKS.items():
        file = folder / f"{machine}.disk"
        config = json.dumps({"diskName": "default", "diskUUID": disk, "diskDriver": ""})
        file.write_text(f"{config}\n{VOLUME}-{machine}\n")
        files.append(file)
    return files


def _object(kind: str, name: str, spec: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {
        "apiVersion": "longhorn.io/v1beta2",
        "kind": kind,
        "metadata": {
            "name": name, "namespace": "longhorn-system", "uid": "3d0c", "resourceVersion": "812", "generation": 4,
            "labels": {"longhornvolume": VOLUME}, "finalizers": ["longhorn.io"],
            "ownerReferences": [
                {"apiVersion": "longhorn.io/v1beta2", "kind": "Volume", "name": VOLUME, "uid": "a-uid-of-before"}
            ],
        },
        "spec": spec,
        "status": {"currentState": "running"},
    }  # fmt: skip
