"""What hosts and the cluster print, read."""

import datetime as dt
import json

import pytest

from ops.recover_assess.cluster_answer import HELD, read_cluster_answer
from ops.recover_assess.host_answer import HostAnswer, Room, read_host_answer

SAID = """\
failed
units
step-ca.service active
k3s.service inactive
rooms
/                1000  400
/mnt/arcodange   2000  100
mounted
yes
projects
gitea|running|Up 3 minutes (healthy)
runner|running|Up 3 minutes
dns|running|Up 3 minutes (healthy)
dns|restarting|Restarting (1) 4 seconds ago
postgres|running|Up 2 seconds (health: starting)
databases
erp
postgres
names
gitea 192.168.1.202
ca
certificates
/etc/step-ca/authority/root_ca.crt 1769832000
replicas
pvc-1-0a1b2c3d
end
"""


def test_a_host_is_read() -> None:
    """Each part, the worst of a project's containers, and a name that does not resolve."""
    assert read_host_answer(SAID) == HostAnswer(
        units={"step-ca.service": "active", "k3s.service": "inactive"},
        rooms={"/": Room(size=1000, free=400), "/mnt/arcodange": Room(size=2000, free=100)},
        projects={
            "gitea": "running (healthy)",
            "runner": "running",
            "dns": "restarting",
            "postgres": "running (starting)",
        },
        databases=frozenset({"erp", "postgres"}),
        names={"gitea": "192.168.1.202", "ca": ""},
        certificates={"/etc/step-ca/authority/root_ca.crt": dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC)},
        replicas=("pvc-1-0a1b2c3d",),
    )


@pytest.mark.parametrize("text", ["", SAID.removesuffix("end\n")])
def test_a_host_that_broke_off_says_nothing(text: str) -> None:
    """Half an answer would call the missing half well, or lost."""
    with pytest.raises(ValueError, match="expected an answer, it broke off"):
        read_host_answer(text)


def test_a_server_without_databases_is_told_from_none() -> None:
    """None where no server answers: what cannot be asked is not empty."""
    assert read_host_answer(SAID.replace("databases\nerp\npostgres\n", "databases\n")).databases is None


def listed(*items: object) -> str:
    """Return what `kubectl get` prints."""
    return json.dumps({"items": items})


def named(name: str, **rest: object) -> object:
    """Return an object in the namespace erp."""
    return {"metadata": {"name": name, "namespace": "erp"}, **rest}


def test_a_cluster_is_read() -> None:
    """What is well is left out; what waits says why; a volume of another driver is not Longhorn's."""
    waiting = [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    parts = {
        "nodes": listed(
            {"metadata": {"name": "pi1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}},
            {"metadata": {"name": "pi3"}, "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}},
        ),
        "pods": listed(
            named("done", status={"phase": "Succeeded"}),
            named("well", status={"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}),
            named("crashed", status={"phase": "Running", "containerStatuses": waiting}),
            named("nowhere", status={"phase": "Pending"}),
        ),
        "claims": listed(named("bound", status={"phase": "Bound"}), named("lost", status={"phase": "Lost"})),
        "kept": listed(
            named("one", spec={"csi": {"driver": "driver.longhorn.io", "volumeHandle": "pvc-1"}}),
            named("two", spec={"csi": {"driver": "another", "volumeHandle": "pvc-2"}}),
            named("three", spec={"hostPath": {"path": "/x"}}),
        ),
        "volumes": listed(named("pvc-1", status={"robustness": "degraded"}), named("pvc-3")),
        "auths": listed(named("in", status={"valid": True}), named("out", status={"valid": False}), named("new")),
        "deployments": listed(
            named("shop", spec={"replicas": 2}),
            {"metadata": {"name": "web", "namespace": "erp", "annotations": {HELD: "1"}}, "spec": {"replicas": 0}},
        ),
    }

    found = read_cluster_answer("".join(f"{part}\n{line}\n" for part, line in parts.items()) + "end\n")

    assert found.nodes == {"pi1": True, "pi3": False}
    assert found.pods == {"erp/crashed": "CrashLoopBackOff", "erp/nowhere": "Pending"}
    assert found.claims == {"erp/lost": "Lost"}
    assert found.kept == {"pvc-1"}
    assert found.volumes == {"pvc-1": "degraded", "pvc-3": "unknown"}
    assert found.logged_out == {"erp/out"}
    assert found.replicas == {"erp": 2}
    assert found.held == {"erp"}


def test_an_api_that_does_not_answer_is_a_fault() -> None:
    """No list of nodes is no empty cluster."""
    assert read_cluster_answer("nodes\n\npods\n\nclaims\n\nkept\n\nvolumes\n\nend\n").fault == "its API does not answer"
    assert read_cluster_answer("nodes\n").fault == "the answer broke off"
