"""Objects that lead to data, taken from a real API server with Longhorn's own definitions, and shown to it again."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from hosts.backup.collect import collect_cluster
from ops.backup_evidence.api_faults import TRIED, api_faults
from ops.backup_evidence.object_faults import object_faults
from ops.volume_objects.read_dump import longhorn_objects, read_dump
from rehearsal.go_source import go_source
from rehearsal.part import find_part
from rehearsal.parts import KUBERNETES
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder
from tests.ops.volume_objects.example_objects import VOLUME, example_objects

pytestmark = pytest.mark.long  # the first time the programs of the server are built, which takes minutes

NAMESPACE = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "longhorn-system"}}'
KINDS = ("volumes", "engines", "replicas")
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: default}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-7b1f0c52}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {storage: 1Gi}
  claimRef: {name: data, namespace: default}
  csi: {driver: driver.longhorn.io, volumeHandle: pvc-7b1f0c52}
"""


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run a server without anything of Longhorn."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        yield running


@pytest.fixture
def host(kubernetes: KubernetesServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a server of the cluster: its k3s asks that API."""
    program = tmp_path / "k3s"
    program.write_text(f'#!/bin/sh\nexec {find_part(KUBERNETES).path} "$@" --kubeconfig {kubernetes.kubeconfig}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("KUBECACHEDIR", str(tmp_path / "cache"))
    return tmp_path


def test_what_leads_to_data_is_kept_and_taken_again(kubernetes: KubernetesServer, host: Path) -> None:
    """Claims without Longhorn; with it, all that recovery reads, and the API would take it; then what it would not."""
    assert kubernetes.apply(CLAIM).returncode == 0
    claims = {"PersistentVolume.v1": 1, "PersistentVolumeClaim.v1": 1}
    assert collect_cluster({}, host) == {"objects": claims}
    file = host / "objects.json"
    assert [*api_faults(file, api=asked)] == []

    _give_longhorn(kubernetes)
    for each in longhorn_objects([*example_objects()]):
        # Nobody here would take the last step of a removal.
        given = json.dumps(each.anew()).replace('"finalizers": ["longhorn.io"]', '"finalizers": []')
        made = kubernetes.kubectl("create", "-f", "-", given=given)
        assert made.returncode == 0, made.stderr
    counts = collect_cluster({}, host)["objects"]
    assert counts == {**claims, "Volume.longhorn.io": 1, "Engine.longhorn.io": 1, "Replica.longhorn.io": 2}
    assert [*object_faults(file, counts=counts)] == []
    assert sorted(each.kind for each in read_dump(file)) == ["Engine", "Replica", "Replica", "Volume"]

    kubernetes.kubectl("delete", "--timeout=60s", "replicas.longhorn.io", "--all", "--namespace", "longhorn-system")
    assert [*api_faults(file, api=asked)] == []
    assert kubernetes.kubectl("get", "replicas.longhorn.io", "--all-namespaces", "-o", "name").stdout == ""
    whole = file.read_text(encoding="utf-8")
    for wrong, said in (
        (whole.replace('"numberOfReplicas": 2', '"numberOfReplicas": "two"'), "spec.numberOfReplicas"),
        (whole.replace('"numberOfReplicas": 2', '"numberOfCopies": 2'), "numberOfCopies"),
        (whole.replace('"namespace": "longhorn-system"', '"namespace": "gone"'), 'namespaces "gone" not found'),
    ):
        assert wrong != whole
        file.write_text(wrong, encoding="utf-8")
        found = [*api_faults(file, api=asked)]
        assert all(fault.startswith("the API of the cluster ") for fault in found)
        assert any(said in fault for fault in found), found

    counts = collect_cluster({}, host)["objects"]
    assert isinstance(counts, dict)
    assert [*object_faults(file, counts=counts)] == [
        f"volume {VOLUME}: has no Replica, so it cannot be put back with its data"
    ]


def test_api_that_does_not_answer(host: Path) -> None:
    """Nobody looked, so it is not proved."""
    items: list[JsonValue] = [json.loads(NAMESPACE)]
    (host / "objects.json").write_text(json.dumps({"items": items}), encoding="utf-8")
    program = host / "k3s"
    program.write_text(program.read_text().rstrip() + " --server https://127.0.0.1:9\n")
    (fault,) = api_faults(host / "objects.json", api=asked)
    assert "refused" in fault


def asked(document: str) -> tuple[int, str]:
    """Have the server of the cluster look at it, as the verb does."""
    done = subprocess.run(["/bin/sh", "-c", TRIED], input=document, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _give_longhorn(kubernetes: KubernetesServer) -> None:
    crds = go_source("longhorn", "github.com/longhorn/longhorn-manager") / "k8s" / "crds.yaml"
    for manifest in (re.sub(r" \{\{.*\}\}", "", crds.read_text()), NAMESPACE):  # its chart would put labels there
        applied = kubernetes.apply(manifest)
        assert applied.returncode == 0, applied.stderr
    established = [f"crd/{kind}.longhorn.io" for kind in KINDS]
    ready = kubernetes.kubectl("wait", "--for=condition=established", "--timeout=60s", *established)
    assert ready.returncode == 0, ready.stderr
