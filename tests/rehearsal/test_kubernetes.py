"""The throw-away Kubernetes API."""

from collections.abc import Iterator

import pytest

from rehearsal.servers.kubernetes import KubernetesServer
from rehearsal.servers.own_folder import own_folder

pytestmark = pytest.mark.long  # the first time its programs are built, which takes minutes

MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, namespace: default}
data: {colour: red}
"""


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesServer]:
    """Run the server."""
    with own_folder() as folder, KubernetesServer(folder=folder / "kubernetes") as running:
        yield running


def test_server_is_of_the_pinned_version(kubernetes: KubernetesServer) -> None:
    """The API itself names the version that k3s contains."""
    assert kubernetes.release == "v1.34.3"


def test_manifest_is_applied_and_read_back(kubernetes: KubernetesServer) -> None:
    """What is applied can be read by a client, and a try leaves nothing."""
    tried = kubernetes.apply(MAP.replace("shop", "tried"), keep=False)
    applied = kubernetes.apply(MAP)

    assert (tried.returncode, applied.returncode) == (0, 0), tried.stderr + applied.stderr
    with kubernetes.client() as client:
        assert client.get("api/v1/namespaces/default/configmaps/shop").json()["data"] == {"colour": "red"}
        assert client.get("api/v1/namespaces/default/configmaps/tried").status_code == 404


def test_wrong_field_is_refused_by_name(kubernetes: KubernetesServer) -> None:
    """A mistyped field is an error that names it, not dropped in silence."""
    refused = kubernetes.apply(MAP.replace("\ndata:", "\ndtaa:"))

    assert refused.returncode == 1
    assert ".dtaa: field not declared in schema" in refused.stderr
