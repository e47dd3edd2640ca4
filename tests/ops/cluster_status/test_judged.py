"""The cluster against what was declared, as values."""

import base64
import dataclasses
import gzip
import json

import pytest
from pydantic import JsonValue

from hosts.layers.things import THINGS
from ops.cluster_status.asked import AskedCluster, AskedThing, Object, read_asked
from ops.cluster_status.health import health_faults
from ops.cluster_status.judged import judged
from ops.cluster_status.release import read_release

READY: dict[str, JsonValue] = {"conditions": [{"type": "Ready", "status": "True"}]}


def release(version: str) -> Object:
    """Return the Secret in which Helm keeps that a version of the chart `longhorn` is installed."""
    content = {"name": "longhorn", "chart": {"metadata": {"name": "longhorn", "version": version}}}
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(content).encode()))).decode()
    return {"kind": "Secret", "metadata": {"name": "sh.helm.release.v1.longhorn.v1"}, "data": {"release": packed}}


def node(version: str = "v1.34.3+k3s1") -> Object:
    """Return a node that is ready."""
    return {"kind": "Node", "metadata": {"name": "pi1"}, "status": {**READY, "nodeInfo": {"kubeletVersion": version}}}


def chart(version: str = "1.11.4") -> Object:
    """Return the object that k3s installs the chart from."""
    metadata: JsonValue = {
        "name": "longhorn",
        "namespace": "kube-system",
        "annotations": {"factory/chart": f"longhorn {version}"},
    }
    return {"kind": "HelmChart", "metadata": metadata}


def faults(asked: AskedCluster, *things: str) -> list[str]:
    """Return what is wrong, with whose it is."""
    rows = judged(asked, things=things or ("longhorn",), k3s="1.34.3+k3s1", charts={"longhorn": "1.11.4"})
    return [f"{row.thing}: {row.what}: {fault}" for row in rows for fault in row.faults]


def asked(one: Object, *, installed: str | None = "1.11.4", differences: tuple[str, ...] = ()) -> AskedCluster:
    """Return an answer in which *one* is all that the thing `longhorn` has."""
    thing = AskedThing(differences=differences, objects=(one,))
    releases = (release(installed),) if installed else ()
    return AskedCluster(nodes=(node(),), workloads=(), releases=releases, things={"longhorn": thing})


def test_all_is_well() -> None:
    """A cluster with everything applied, well and of the pinned version has no fault."""
    assert faults(asked(chart())) == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (asked(chart(), installed=None), "HelmChart kube-system/longhorn: not installed yet"),
        (
            asked(chart(), installed="1.11.3"),
            "HelmChart kube-system/longhorn: expected the chart longhorn 1.11.4, found longhorn 1.11.3 installed",
        ),
        (
            asked(chart("1.11.3")),
            "HelmChart kube-system/longhorn: expected the chart longhorn 1.11.4, found 1.11.3 declared to k3s",
        ),
        (asked(chart(), differences=("v1.A",)), "manifest: v1.A: not as declared"),
    ],
    ids=["missing", "older", "declared-older", "differs"],
)
def test_another_version_or_state_is_named(found: AskedCluster, fault: str) -> None:
    """What is not installed, of another version, or not as its manifest says, is named."""
    assert faults(found) == [f"longhorn: {fault}"]


def test_thing_that_is_declared_or_there_alone() -> None:
    """A declared thing without its manifest, and a manifest of which nobody knows, are both named."""
    assert faults(asked(chart()), "vault") == [
        "vault: manifest: declared, and its manifest is not there: `./factory up hosts` places it",
        "longhorn: manifest: not declared, and its manifest is there: `./factory up hosts` takes it away",
    ]


def test_node_of_another_version() -> None:
    """A node that runs another k3s is named."""
    found = dataclasses.replace(asked(chart()), nodes=(node("v1.34.2+k3s1"),))

    assert faults(found) == ["nodes: Node pi1: expected k3s v1.34.3+k3s1, found v1.34.2+k3s1"]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("Certificate", {"status": READY}, []),
        ("Certificate", {}, ["expected Ready, found no word of it"]),
        (
            "Certificate",
            {"status": {"conditions": [{"type": "Ready", "status": "False", "message": "the issuer is gone"}]}},
            ["expected Ready, found the issuer is gone"],
        ),
        ("PersistentVolumeClaim", {"status": {"phase": "Pending"}}, ["expected Bound, found Pending"]),
        ("Deployment", {"spec": {"replicas": 2}, "status": {"readyReplicas": 1}}, ["expected 2 ready, found 1"]),
        ("DaemonSet", {"status": {"desiredNumberScheduled": 3, "numberReady": 3}}, []),
        (
            "HelmChart",
            {"status": {"conditions": [{"type": "Failed", "status": "True", "message": "no such value"}]}},
            ["its installation failed: no such value"],
        ),
        (
            "Application",
            {"status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Healthy"}}},
            ["expected Synced, found OutOfSync"],
        ),
        ("BackupTarget", {"status": {"available": True}}, []),
        ("BackupTarget", {}, ["expected to be reached, found no word of it"]),
        (
            "BackupTarget",
            {
                "status": {
                    "available": False,
                    "conditions": [{"type": "Unavailable", "status": "True", "message": "no such bucket"}],
                }
            },
            ["expected to be reached, found no such bucket"],
        ),
        ("ConfigMap", {}, []),
    ],
)
def test_health(kind: str, content: Object, expected: list[str]) -> None:
    """Each kind is asked for what its controller says."""
    assert [*health_faults({"kind": kind, **content})] == expected


def test_release_is_read() -> None:
    """Name, chart and version stand in what Helm keeps."""
    name, found = read_release(release("1.2.3"))

    assert (name, found.chart, found.version) == ("longhorn", "longhorn", "1.2.3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "it broke off"), ("nodes\n", "it broke off"), ("nodes\n\nworkloads\n\nreleases\n\nend", "does not answer")],
)
def test_no_answer_is_no_cluster_that_is_well(text: str, expected: str) -> None:
    """An answer that broke off, or an API that is silent, is an error."""
    with pytest.raises(ValueError, match=expected):
        read_asked(text)


def test_things_have_an_order_of_their_own() -> None:
    """No thing of the cluster needs one that comes after it."""
    names = [layer.name for layer in THINGS]

    for index, layer in enumerate(THINGS):
        assert not {*layer.needs} & {*names[index:]}
