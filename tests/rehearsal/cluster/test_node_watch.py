"""What a watcher of an upgrade must notice."""

from hosts.k3s.version import Version
from rehearsal.checks.cluster.node_watch import NodeSeen, watch_faults

OLD, NEW = Version.read("1.34.3+k3s1"), Version.read("1.34.4+k3s1")
ORDER = ("pi1", "pi2", "pi3")


def _node(version: Version, *, ready: bool = True, taking: bool = True) -> NodeSeen:
    return NodeSeen(version=version, ready=ready, taking=taking)


def test_one_node_at_a_time_in_order_is_well() -> None:
    """An upgrade as it shall be has no fault, while a node that is not there yet counts for nothing."""
    seen = [
        {"pi1": _node(OLD), "pi2": _node(OLD), "pi3": _node(OLD)},
        {"pi1": _node(NEW, ready=False), "pi2": _node(OLD), "pi3": _node(OLD)},
        {"pi1": _node(NEW), "pi2": _node(OLD, taking=False), "pi3": _node(OLD)},
        {"pi1": _node(NEW), "pi2": _node(NEW, taking=False), "pi3": _node(OLD)},
        {"pi1": _node(NEW), "pi2": _node(NEW), "pi3": _node(NEW, ready=False, taking=False)},
    ]

    assert [*watch_faults(seen, order=ORDER, wanted=NEW)] == []


def test_two_nodes_away_at_once_are_named() -> None:
    """One that is not ready and another one that is cordoned are two that do not work."""
    seen = [{"pi1": _node(NEW), "pi2": _node(NEW, ready=False), "pi3": _node(OLD, taking=False)}]

    assert [*watch_faults(seen, order=ORDER, wanted=NEW)] == ["observation 0: pi2 and pi3 away at once"]


def test_agent_before_its_server_is_named() -> None:
    """A node that has the next version before one that comes earlier is a fault, with all versions."""
    seen = [{"pi1": _node(OLD), "pi2": _node(NEW), "pi3": _node(OLD)}]

    (fault,) = watch_faults(seen, order=ORDER, wanted=NEW)

    assert fault == (
        "observation 0: expected 1.34.4+k3s1 in the order pi1, pi2, pi3, "
        "found pi1 1.34.3+k3s1, pi2 1.34.4+k3s1, pi3 1.34.3+k3s1"
    )
