"""Everything that the cluster is given, on a machine: applied, disturbed, taken away; seen through its API."""

from collections.abc import Iterator

import pytest

from hosts.layers.coredns import LAYER as COREDNS
from hosts.layers.crowdsec import LAYER as CROWDSEC
from hosts.layers.longhorn import LAYER as LONGHORN
from hosts.layers.things import THINGS
from hosts.operations.applied_manifest import manifest_file
from ops.cluster_status.judged import judged
from rehearsal.machines.machines import Machines
from rehearsal.part import PartMissingError
from tests.cluster.things import CHART
from tests.hosts.cluster.cluster_machine import VERSION, ClusterMachine, cluster_machine

pytestmark = pytest.mark.long  # the first time the API's programs are built, which takes minutes


@pytest.fixture(scope="module")
def cluster(lab: Machines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterMachine]:
    """Give a new cluster everything, and ask again: the second time nothing is left to do."""
    try:
        with cluster_machine(lab, tmp_path_factory.mktemp("cluster")) as found:
            for layer in THINGS:
                assert found.apply(layer).done != (), layer.name
            for layer in THINGS:
                assert found.apply(layer).done == (), layer.name
            yield found
    except PartMissingError as error:
        pytest.skip(str(error))


def test_everything_is_applied_and_judged(cluster: ClusterMachine) -> None:
    """Each manifest's objects are in the cluster as it says; what no chart installs here is said to be missing."""
    names = [layer.name for layer in THINGS]
    rows = [*judged(cluster.asked(), things=names, k3s=VERSION, charts={CHART.name: CHART.version})]

    assert {row.thing for row in rows} >= {*names, "nodes"}
    assert [row for row in rows if row.what == "manifest" and row.faults] == []
    assert [row.faults for row in rows if row.what == "HelmChart kube-system/longhorn"] == [("not installed yet",)]


def test_object_that_was_changed_by_hand_is_put_back(cluster: ClusterMachine) -> None:
    """An edited object and a deleted one are named when asked, and as declared after the next run."""
    cluster.kubectl("--namespace=kube-system patch configmap coredns-custom", '--patch=\'{"data":{"lab.server":"x"}}\'')
    assert cluster.pending(COREDNS) == ("Have the cluster as the manifest of coredns says",)
    assert cluster.apply(COREDNS).done == ("Have the cluster as the manifest of coredns says",)
    assert "forward . 10.0.0.2" in cluster.kubectl("--namespace=kube-system get configmap coredns-custom --output=yaml")

    cluster.kubectl("--namespace=kube-system delete configmap coredns-custom")
    assert cluster.apply(COREDNS).done != ()
    assert cluster.pending(COREDNS) == ()


def test_thing_that_is_taken_away_leaves_nothing_but_its_namespace(cluster: ClusterMachine) -> None:
    """Its objects are deleted through the API, then the file; what shares its namespace stays."""
    assert CROWDSEC.remove is not None
    with cluster.work(CROWDSEC) as work:
        work.remove()

    found = cluster.kubectl("get helmcharts.helm.cattle.io,secrets,namespaces --all-namespaces --output=name")
    assert "crowdsec" not in found
    assert {"namespace/tools", "helmchart.helm.cattle.io/vault"} <= {*found.split()}
    assert cluster.machine.run(f"sudo test -e {manifest_file('crowdsec')}", check=False).returncode == 1
    assert cluster.apply(CROWDSEC).done != ()


def test_what_holds_data_cannot_be_taken_away() -> None:
    """Longhorn stays when it is no longer declared."""
    assert LONGHORN.remove is None
