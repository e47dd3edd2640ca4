"""What is to be done with a node around the exchange of its program, as values."""

import json
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from hosts.k3s.node_steps import (
    CORDONED,
    DRAINED,
    After,
    Before,
    cordon_patch,
    steps_after,
    steps_before,
    uncordon_patch,
)
from hosts.k3s.seen_cluster import SeenByServer, SeenNode
from hosts.k3s.version import Version

OLD, NEW = Version.read("1.34.3+k3s1"), Version.read("1.34.4+k3s1")
OURS = {CORDONED: str(NEW)}
DONE = {DRAINED: str(NEW)}


def seen(
    version: Version, marks: Mapping[str, str] = MappingProxyType({}), *, ready: bool = True, cordoned: bool = False
) -> SeenNode:
    """Return a node."""
    return SeenNode(version=version, ready=ready, unschedulable=cordoned, annotations=dict(marks))


@pytest.mark.parametrize(
    ("node", "steps"),
    [
        (None, ()),
        (seen(NEW), ()),
        (seen(OLD), ("volumes", "cordon", "drain")),
        (seen(OLD, OURS, cordoned=True), ("volumes", "drain")),
        (seen(OLD, {**OURS, **DONE}, cordoned=True), ()),
        (seen(OLD, cordoned=True), ("volumes", "drain")),
        (seen(OLD, DONE, cordoned=True), ()),
        (seen(OLD, {**OURS, **DONE}, cordoned=False), ("volumes", "cordon", "drain")),
        (seen(OLD, {DRAINED: "1.34.2+k3s1"}, cordoned=True), ("volumes", "drain")),
    ],
    ids=["new", "done", "due", "cut after cordon", "cut after drain", "by a person", "by a person, drained",
         "uncordoned by a person meanwhile", "drained for another version"],
)  # fmt: skip
def test_before(node: SeenNode | None, steps: tuple[Before, ...]) -> None:
    """An interrupted run goes on with what is missing; nothing is done to a node that needs nothing."""
    assert steps_before(node, wanted=NEW) == steps


@pytest.mark.parametrize(
    ("node", "steps"),
    [
        (None, ("ready",)),
        (seen(OLD), ("ready",)),
        (seen(NEW, ready=False), ("ready",)),
        (seen(NEW), ()),
        (seen(NEW, cordoned=True), ()),
        (seen(NEW, {**OURS, **DONE}, cordoned=True), ("uncordon",)),
        (seen(NEW, {**OURS, **DONE}, ready=False, cordoned=True), ("ready", "uncordon")),
        (seen(NEW, DONE, cordoned=True), ("uncordon",)),
    ],
    ids=["not there", "old", "not ready", "done", "cordoned by a person", "ours", "ours, not ready", "marks alone"],
)
def test_after(node: SeenNode | None, steps: tuple[After, ...]) -> None:
    """The next node waits until this one is ready and takes work again."""
    assert steps_after(node, wanted=NEW) == steps


def test_cordon_of_a_person_stays() -> None:
    """Only what says that it is ours is taken away; the mark is set in the same change as the cordon."""
    assert cordon_patch(wanted=NEW) == {
        "metadata": {"annotations": {CORDONED: "1.34.4+k3s1"}}, "spec": {"unschedulable": True},
    }  # fmt: skip
    assert uncordon_patch(seen(NEW, {**OURS, **DONE}, cordoned=True))["spec"] == {"unschedulable": None}
    assert "spec" not in uncordon_patch(seen(NEW, DONE, cordoned=True))


def _said(*nodes: object) -> list[str]:
    lines = json.dumps({"items": nodes}, indent=1).splitlines()
    return ["k3s version v1.34.4+k3s1 (0123abcd)", "go version go1.24.11", *lines]


def test_answers_of_a_server_are_told_apart() -> None:
    """No program, no answer, and no node are three things."""
    fact = SeenByServer()
    assert (fact.process(["absent"]).installed, fact.process(["absent"]).nodes) == (None, {})
    silent = fact.process(["k3s version v1.34.4+k3s1 (0123abcd)", "go version go1.24.11", "silent"])
    assert (silent.installed, silent.nodes) == (NEW, None)
    assert fact.process(_said()).nodes == {}


def test_node_is_read_as_the_api_writes_it() -> None:
    """Version, readiness, cordon and annotations are those of the node's object."""
    item = {
        "metadata": {"name": "pi2", "annotations": OURS}, "spec": {"unschedulable": True},
        "status": {"nodeInfo": {"kubeletVersion": "v1.34.3+k3s1"},
                   "conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True"}]},
    }  # fmt: skip
    silent = {
        "metadata": {"name": "pi3"}, "spec": {},
        "status": {"nodeInfo": {"kubeletVersion": "v1.34.4+k3s1"},
                   "conditions": [{"type": "Ready", "status": "Unknown"}]},
    }  # fmt: skip
    assert SeenByServer().process(_said(item, silent)).nodes == {
        "pi2": seen(OLD, OURS, cordoned=True), "pi3": seen(NEW, ready=False),
    }  # fmt: skip
