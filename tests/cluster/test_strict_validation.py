"""Every manifest, handed to a real API server that refuses what it does not know."""

import json
from collections.abc import Iterator

import pytest

from hosts.cluster.kubernetes_object import KubernetesObject
from rehearsal.k3s.chart_definitions import OWN, PUBLISHED, chart_definitions
from rehearsal.k3s.definitions import definitions
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder
from tests.cluster.field_names import mistyped
from tests.cluster.things import all_things

pytestmark = pytest.mark.long  # the first time its programs are built, which takes minutes

NOT_OF_A_SCHEMA = ("apiVersion", "kind", "metadata")
"""Without these an object is none; that is said in other words."""


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run the server, with the definitions that k3s and charts bring and the namespaces that the things name."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        for texts in (definitions(), chart_definitions()):
            applied = running.apply(texts)
            assert applied.returncode == 0, applied.stderr
        waited = running.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        assert waited.returncode == 0, waited.stderr
        for name in sorted({_namespace(each) for things in all_things().values() for each in things} - {""}):
            made = running.kubectl("create", "namespace", name)
            assert made.returncode == 0 or "AlreadyExists" in made.stderr, made.stderr
        yield running


@pytest.mark.parametrize("thing", sorted(all_things()))
def test_manifest_is_accepted(kubernetes: KubernetesServer, thing: str) -> None:
    """No object has a field that its kind does not have, or lacks one that it must have."""
    for each in all_things()[thing]:
        done = kubernetes.apply(json.dumps(each))
        assert done.returncode == 0, f"{each['kind']}: {done.stderr}"


@pytest.mark.parametrize("thing", sorted(all_things()))
def test_mistyped_field_is_refused(kubernetes: KubernetesServer, thing: str) -> None:
    """Each field name of each object, one letter longer, is refused by name."""
    for each in all_things()[thing]:
        for path, wrong in mistyped(each):
            done = kubernetes.apply(json.dumps(wrong), keep=False)
            assert done.returncode == 1, f"{each['kind']}: {path}x was accepted"
            if not path.startswith(NOT_OF_A_SCHEMA):
                assert f"{path.rpartition('.')[2]}x" in done.stderr, f"{each['kind']}: {path}: {done.stderr}"


def test_every_kind_of_a_chart_has_a_definition() -> None:
    """What is written of a chart's kinds is what definitions are brought for: none is left out in silence."""
    written = {
        str(each["kind"])
        for things in all_things().values()
        for each in things
        if "." in (group := str(each["apiVersion"]).partition("/")[0])
        # The first is k3s's own, the others are the API server's.
        and group != "helm.cattle.io"
        and not group.endswith(".k8s.io")
    }

    assert written <= {*OWN, *(kind for published in PUBLISHED for kind in published.kinds)}


def _namespace(each: KubernetesObject) -> str:
    metadata = each["metadata"]
    return str(metadata.get("namespace", "")) if isinstance(metadata, dict) else ""
