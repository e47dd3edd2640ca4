"""`./factory recover volumes` against a real API server with Longhorn's own definitions."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.go_source import go_source
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder
from tests.ops.volume_objects.example_objects import VOLUME, example_objects, write_disks, write_dump

pytestmark = pytest.mark.long  # the first time the programs of the server are built, which takes minutes

REPOSITORY = Path(__file__).resolve().parents[3]
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: longhorn-webhook-validator}
"""


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run a server that knows Longhorn's kinds, as their publisher defines them."""
    crds = go_source("longhorn", "github.com/longhorn/longhorn-manager") / "k8s" / "crds.yaml"
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        applied = running.apply(re.sub(r" \{\{.*\}\}", "", crds.read_text()))  # its chart would put labels there
        assert applied.returncode == 0, applied.stderr
        applied = running.apply('{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "longhorn-system"}}')
        assert applied.returncode == 0, applied.stderr
        kinds = [f"crd/{kind}.longhorn.io" for kind in ("volumes", "engines", "replicas")]
        ready = running.kubectl("wait", "--for=condition=established", "--timeout=60s", *kinds)
        assert ready.returncode == 0, ready.stderr
        yield running


def recover(
    kubernetes: KubernetesServer, folder: Path, *words: str | Path, cut: int = 1000
) -> subprocess.CompletedProcess[str]:
    """Run the verb with the server's own kubectl, and kill it once at the object with the number *cut*."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    text = CUT.format(folder=folder, number=cut, program=kubernetes._program)  # noqa: SLF001 - that part
    (programs / "kubectl").write_text(text)
    (programs / "kubectl").chmod(0o755)
    return subprocess.run(
        [
            sys.executable, "-P", "-m", "ops", "recover", "volumes", *words,
            "--kubeconfig", kubernetes.kubeconfig, "--json",
        ],
        cwd=REPOSITORY, env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


CUT = """#!/bin/sh
# The power goes at the object with this number; objects are counted from 1.
case " $* " in *" create "*)
  echo >>{folder}/created
  [ "$(wc -l <{folder}/created)" -ne {number} ] || {{ kill -9 "$PPID"; exit 1; }}
esac
exec {program} kubectl "$@"
"""


def names(kubernetes: KubernetesServer) -> list[str]:
    """Return the objects that there are."""
    kinds = "volumes.longhorn.io,engines.longhorn.io,replicas.longhorn.io"
    done = kubernetes.kubectl("get", kinds, "--namespace", "longhorn-system", "--output", "name")
    return sorted(done.stdout.split())


def without_any(kubernetes: KubernetesServer) -> None:
    """Remove all objects, as Longhorn would: nobody else takes their finalizers away."""
    for name in names(kubernetes):
        kubernetes.kubectl("delete", name, "--namespace", "longhorn-system", "--wait=false")
        none = '{"metadata": {"finalizers": null}}'
        kubernetes.kubectl("patch", name, "--namespace", "longhorn-system", "--type=merge", "--patch", none)
    assert names(kubernetes) == []


def test_volumes_are_restored_once_and_left_alone_then(kubernetes: KubernetesServer, tmp_path: Path) -> None:
    """Looked at, refused while a webhook is there, written, there; and what came in between is a conflict."""
    words = [write_dump(tmp_path, example_objects()), *write_disks(tmp_path)]

    looked = recover(kubernetes, tmp_path, *words, "--only-look")
    assert looked.returncode == 0, looked.stderr
    assert names(kubernetes) == []

    assert kubernetes.apply(WEBHOOK).returncode == 0
    guarded = recover(kubernetes, tmp_path, *words)
    assert guarded.returncode == 1
    assert "expected no webhook of Longhorn, found longhorn-webhook-validator" in guarded.stderr
    assert names(kubernetes) == []
    kubernetes.kubectl("delete", "validatingwebhookconfigurations", "longhorn-webhook-validator")

    written = recover(kubernetes, tmp_path, *words)
    assert written.returncode == 0, written.stderr
    assert len(names(kubernetes)) == 4
    read = kubernetes.kubectl("get", "replicas.longhorn.io", "-n", "longhorn-system", f"{VOLUME}-r-pi1", "-o", "json")
    assert json.loads(read.stdout)["spec"]["dataDirectoryName"] == f"{VOLUME}-pi1"

    again = recover(kubernetes, tmp_path, *words)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["volumes"][VOLUME]["create"] == []

    change = '{"spec": {"dataDirectoryName": "blank"}}'
    patch = ["patch", "replicas.longhorn.io", "-n", "longhorn-system", f"{VOLUME}-r-pi1", "--type=merge", "-p", change]
    assert kubernetes.kubectl(*patch).returncode == 0
    conflict = recover(kubernetes, tmp_path, *words)
    assert conflict.returncode == 1
    assert json.loads(conflict.stdout)["volumes"][VOLUME]["conflicts"] == [
        f"Replica {VOLUME}-r-pi1 is there and differs in dataDirectoryName"
    ]


@pytest.mark.parametrize("cut", range(1, 5))
def test_killed_between_two_objects_the_same_command_continues(
    kubernetes: KubernetesServer, tmp_path: Path, cut: int
) -> None:
    """At no moment there is a volume without its replicas, to which Longhorn would give blank ones."""
    without_any(kubernetes)
    words = [write_dump(tmp_path, example_objects()), *write_disks(tmp_path)]

    killed = recover(kubernetes, tmp_path, *words, cut=cut)
    assert killed.returncode == -9
    there = names(kubernetes)
    assert len(there) == cut - 1
    assert not [name for name in there if name.startswith("volume.")]
    again = recover(kubernetes, tmp_path, *words)

    assert again.returncode == 0, again.stderr
    assert len(names(kubernetes)) == 4


def test_a_cluster_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """No answer is no empty cluster."""
    kubeconfig = tmp_path / "kubeconfig"
    cluster = {"name": "gone", "cluster": {"server": "https://127.0.0.1:1"}}
    context = {"name": "gone", "context": {"cluster": "gone", "user": ""}}
    kubeconfig.write_text(
        json.dumps(
            {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "contexts": [context],
             "current-context": "gone"}
        )
    )  # fmt: skip
    words = [write_dump(tmp_path, example_objects()), *write_disks(tmp_path)]

    done = subprocess.run(
        [sys.executable, "-P", "-m", "ops", "recover", "volumes", *words, "--kubeconfig", kubeconfig],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode in (1, 3)
    assert done.stderr.startswith("error: ")
