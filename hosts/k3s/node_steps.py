"""What is still to be done with a node before and after its program is exchanged; decided from what is seen of it."""

from typing import Literal

from hosts.k3s.seen_cluster import SeenNode
from hosts.k3s.version import Version

CORDONED = "factory/cordoned-for"
"""Annotation of a node that we cordoned; a person's cordon has none, and stays."""
DRAINED = "factory/drained-for"
"""Annotation of a node that was drained for a version."""

Before = Literal["volumes", "cordon", "drain"]
After = Literal["ready", "uncordon"]


def steps_before(node: SeenNode | None, *, wanted: Version) -> tuple[Before, ...]:
    """Return what comes before the exchange; nothing for a node that is new, has *wanted*, or is drained for it."""
    if node is None or node.version == wanted:
        return ()
    if node.unschedulable and node.annotations.get(DRAINED) == str(wanted):
        return ()
    return ("volumes", "drain") if node.unschedulable else ("volumes", "cordon", "drain")


def steps_after(node: SeenNode | None, *, wanted: Version) -> tuple[After, ...]:
    """Return what comes after the exchange, until the next node may follow."""
    waiting: tuple[After, ...] = () if node is not None and node.ready and node.version == wanted else ("ready",)
    marked = node is not None and bool({CORDONED, DRAINED} & node.annotations.keys())
    return (*waiting, "uncordon") if marked else waiting


def cordon_patch(*, wanted: Version) -> dict[str, object]:
    """Return the change that cordons a node and says in the same step that it was us."""
    return {"metadata": {"annotations": {CORDONED: str(wanted)}}, "spec": {"unschedulable": True}}


def uncordon_patch(node: SeenNode) -> dict[str, object]:
    """Return the change that takes our marks away, and the cordon if it was ours."""
    marks: dict[str, object] = {"metadata": {"annotations": {CORDONED: None, DRAINED: None}}}
    return {**marks, "spec": {"unschedulable": None}} if CORDONED in node.annotations else marks
