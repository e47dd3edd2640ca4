"""The question of `./factory cluster status`, put to a real API."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hosts.cluster.manifest import manifest
from hosts.operations.applied_manifest import manifest_file
from ops.cluster_status.asked import ASK, AskedCluster, read_asked
from ops.cluster_status.judged import judged
from rehearsal.k3s.chart_definitions import chart_definitions
from rehearsal.k3s.definitions import definitions
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder
from tests.cluster.things import CHART, all_things

pytestmark = pytest.mark.long  # the first time its programs are built, which takes minutes

NODE = """
apiVersion: v1
kind: Node
metadata: {name: pi1}
"""


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run the server with the kinds that the things use, and a node."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        for texts in (definitions(), chart_definitions(), NODE):
            applied = running.apply(texts)
            assert applied.returncode == 0, applied.stderr
        yield running


def ask(kubernetes: KubernetesServer, folder: Path) -> AskedCluster:
    """Ask as a server of the cluster is asked, with a program `k3s` that is kubectl alone."""
    program = folder / "k3s"
    kubectl = f"{kubernetes.folder}/kubernetes kubectl --kubeconfig {kubernetes.kubeconfig}"
    program.write_text(f'#!/bin/sh\nshift\nexec {kubectl} "$@"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder)}
    done = subprocess.run(
        ["/bin/sh", "-c", ASK, "ask", str(folder)], capture_output=True, text=True, check=True, env=environment
    )
    return read_asked(done.stdout)


def without(kubernetes: KubernetesServer, name: str) -> None:
    """Have no map *name*, whoever made it."""
    done = kubernetes.kubectl("delete", "configmap", "--namespace=kube-system", name, "--ignore-not-found")
    assert done.returncode == 0, done.stderr


def place(folder: Path, thing: str) -> Path:
    """Place the manifest of *thing*, and return its file."""
    file = folder / Path(manifest_file(thing)).name
    file.write_text(manifest(all_things()[thing]))
    return file


def test_applied_thing_is_as_declared_and_a_changed_one_is_not(kubernetes: KubernetesServer, tmp_path: Path) -> None:
    """What was applied is there without a difference; edited by hand it is named, and its content is not shown."""
    without(kubernetes, "coredns-custom")
    file = place(tmp_path, "coredns")
    before = ask(kubernetes, tmp_path)
    assert kubernetes.apply(file.read_text()).returncode == 0
    applied = ask(kubernetes, tmp_path)
    edit = '{"data": {"lab.server": "by hand"}}'
    assert kubernetes.kubectl("patch", "cm", "-n", "kube-system", "coredns-custom", "--patch", edit).returncode == 0
    edited = ask(kubernetes, tmp_path)

    name = "v1.ConfigMap.kube-system.coredns-custom"
    assert before.things["coredns"].differences == (name,)
    assert before.things["coredns"].objects == ()
    assert applied.things["coredns"].differences == ()
    assert [one["kind"] for one in applied.things["coredns"].objects] == ["ConfigMap"]
    assert edited.things["coredns"].differences == (name,)


def test_every_thing_is_judged(kubernetes: KubernetesServer, tmp_path: Path) -> None:
    """Each manifest is found applied; what no controller has made well here is named, and nothing else."""
    without(kubernetes, "coredns-custom")
    for thing, objects in all_things().items():
        place(tmp_path, thing)
        for _ in range(2):  # the second time its namespaces are there
            kubernetes.apply(manifest(objects))

    asked = ask(kubernetes, tmp_path)
    charts = {CHART.name: CHART.version}
    rows = [*judged(asked, things=[*all_things()], k3s="1.34.3+k3s1", charts=charts)]

    assert {row.what for row in rows if row.thing == "secrets_operator"} == {
        "manifest", "Namespace tools", "HelmChart kube-system/vault-secrets-operator", "Secret tools/lab-root",
        "VaultConnection tools/default",
    }  # fmt: skip
    assert [row.what for row in rows if row.what == "manifest" and row.faults] == []
    said = {row.what: row.faults for row in rows if row.faults}
    assert said["HelmChart kube-system/vault"] == ("not installed yet",)
    assert said["Certificate kube-system/wildcard"] == ("expected Ready, found no word of it",)
    assert {what.partition(" ")[0] for what in said} == {
        "Application", "BackupTarget", "Certificate", "HelmChart", "Node", "PersistentVolumeClaim",
        "StepClusterIssuer", "VaultAuth", "VaultConnection", "VaultStaticSecret",
    }  # fmt: skip
