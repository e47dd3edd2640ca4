"""What is done in the cluster, by a real API."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.recover_assess import cluster_answer
from ops.recover_assess.cluster_answer import ClusterAnswer, read_cluster_answer
from ops.recover_order.do import SCRIPTS
from rehearsal.part import find_part
from rehearsal.parts import KUBERNETES
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder

pytestmark = [pytest.mark.slow, pytest.mark.long]

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {space}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: one, image: one}}]}}
"""
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n"
K3S = """#!/bin/sh
# `kubectl` of k3s; the file `cut` beside it names the words at which the power goes.
shift
for word in "$@"; do [ "$word" != "$(cat {cut} 2>/dev/null)" ] || exit 99; done
exec {program} kubectl --kubeconfig {kubeconfig} "$@"
"""


class Cluster:
    """The first server of a cluster, as a script sees it."""

    def __init__(self, kubernetes: KubernetesServer, folder: Path) -> None:
        """Put a `k3s` in *folder* that asks *kubernetes*."""
        self.kubernetes = kubernetes
        self._folder = folder
        program = folder / "k3s"
        text = K3S.format(cut=folder / "cut", program=find_part(KUBERNETES).path, kubeconfig=kubernetes.kubeconfig)
        program.write_text(text)
        program.chmod(0o755)

    def run(self, script: str, space: str, *, cut: str = "") -> int:
        """Run *script* for *space*, and end it at the word *cut*."""
        (self._folder / "cut").write_text(cut or "none")
        done = subprocess.run(
            ["/bin/sh", "-c", script, "recover", space],
            env={"PATH": f"{self._folder}:/usr/bin:/bin", "HOME": str(self._folder)}, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode

    def answer(self) -> ClusterAnswer:
        """Return what it says when it is asked as assess does."""
        (self._folder / "cut").write_text("none")
        done = subprocess.run(
            ["/bin/sh", "-c", cluster_answer.ASK],
            env={"PATH": f"{self._folder}:/usr/bin:/bin", "HOME": str(self._folder)}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        return read_cluster_answer(done.stdout)


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run the API."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        yield running


@pytest.fixture
def cluster(kubernetes: KubernetesServer, tmp_path: Path) -> Callable[[str], Cluster]:
    """Give what makes a namespace with two deployments, of two pods and of one, and a third that is switched off."""

    def made(space: str) -> Cluster:
        texts = [SPACE.format(name=space)]
        texts += [DEPLOYMENT.format(name=f"web{count}", space=space, replicas=count) for count in range(3)]
        done = kubernetes.apply("---\n".join(texts))
        assert done.returncode == 0, done.stderr
        return Cluster(kubernetes, tmp_path)

    return made


@pytest.mark.parametrize("cut", ["", "annotate", "scale"])
def test_what_is_held_is_released(cluster: Callable[[str], Cluster], cut: str) -> None:
    """Each has as many pods as before, also when both were cut off in the middle and done again."""
    space = f"erp-{cut or 'whole'}"
    one = cluster(space)

    if cut:
        assert one.run(SCRIPTS["hold"], space, cut=cut) != 0
    assert one.run(SCRIPTS["hold"], space) == 0
    held = one.answer()
    assert (held.replicas[space], space in held.held) == (0, True)
    if cut:
        assert one.run(SCRIPTS["release"], space, cut=cut) != 0
    assert one.run(SCRIPTS["release"], space) == 0

    after = one.answer()
    assert (after.replicas[space], space in after.held) == (3, False)
    said = one.kubernetes.kubectl(
        "get", "deployments", "--namespace", space, "--output=jsonpath={.items[*].spec.replicas}"
    )
    assert said.stdout.split() == ["0", "1", "2"]


def test_only_the_operator_logs_in(cluster: Callable[[str], Cluster]) -> None:
    """Its deployment alone is started anew, and a restart starts all of a namespace anew."""
    one = cluster("tools")
    done = one.kubernetes.apply(DEPLOYMENT.format(name="vault-secrets-operator", space="tools", replicas=1))
    assert done.returncode == 0, done.stderr

    assert one.run(SCRIPTS["log in"], "tools") == 0
    assert restarted(one, "tools") == {"vault-secrets-operator"}
    assert cluster("shop").run(SCRIPTS["restart"], "shop") == 0
    assert restarted(one, "shop") == {"web0", "web1", "web2"}


def restarted(one: Cluster, space: str) -> set[str]:
    """Return the deployments that were started anew."""
    jsonpath = 'jsonpath={range .items[?(@.spec.template.metadata.annotations)]}{.metadata.name}{"\\n"}{end}'
    said = one.kubernetes.kubectl("get", "deployments", "--namespace", space, f"--output={jsonpath}")
    return set(said.stdout.split())
