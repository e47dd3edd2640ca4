"""Every manifest, handed to a real API server that refuses what it does not know."""

import json
from collections.abc import Iterator

import pytest

from hosts.cluster.kubernetes_object import KubernetesObject
from rehearsal.k3s.definitions import definitions
from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder
from tests.cluster.things import all_things

pytestmark = pytest.mark.long  # the first time its programs are built, which takes minutes

WITHOUT_DEFINITION = frozenset(
    {
        "AppProject", "Application", "Certificate", "IngressRoute", "ServersTransport", "StepClusterIssuer", "TLSStore",
        "VaultConnection",
    }
)  # fmt: skip
"""Kinds that charts bring and that nobody brings here: their fields are not validated."""


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run the server, with the definitions that k3s brings and the namespaces that the things name."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        applied = running.apply(definitions())
        assert applied.returncode == 0, applied.stderr
        waited = running.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        assert waited.returncode == 0, waited.stderr
        for name in sorted({_namespace(each) for things in all_things().values() for each in things} - {""}):
            made = running.kubectl("create", "namespace", name)
            assert made.returncode == 0 or "AlreadyExists" in made.stderr, made.stderr
        yield running


@pytest.mark.parametrize("thing", sorted(all_things()))
def test_manifest_is_accepted(kubernetes: KubernetesServer, thing: str) -> None:
    """No object has a field that its kind does not have."""
    for each in all_things()[thing]:
        if each["kind"] in WITHOUT_DEFINITION:
            continue
        done = kubernetes.apply(json.dumps(each))
        assert done.returncode == 0, f"{each['kind']}: {done.stderr}"


@pytest.mark.parametrize("thing", sorted(all_things()))
def test_mistyped_field_is_refused(kubernetes: KubernetesServer, thing: str) -> None:
    """Each field below `spec` of each object, one letter longer, is refused by name."""
    for each in all_things()[thing]:
        spec = each.get("spec")
        if each["kind"] in WITHOUT_DEFINITION or not isinstance(spec, dict):
            continue
        for field in spec:
            wrong = {**spec, f"{field}x": spec[field]}
            del wrong[field]
            done = kubernetes.apply(json.dumps({**each, "spec": wrong}), keep=False)
            assert done.returncode == 1, f"{each['kind']}: {field}x was accepted"
            assert f"{field}x" in done.stderr


def _namespace(each: KubernetesObject) -> str:
    metadata = each["metadata"]
    return str(metadata.get("namespace", "")) if isinstance(metadata, dict) else ""
