"""What happens to a cluster in later years: it is upgraded again, a node comes and goes."""

from collections.abc import Callable, Iterator

from rehearsal.checks.cluster.added_node import check_added_node
from rehearsal.checks.cluster.upgrade_interrupted import check_interrupted
from rehearsal.checks.cluster.upgrade_typed import check_typed
from rehearsal.hosts.bring_up import HostsLab


def later_checks() -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
    """Return the checks by name; the machine of the last one stays in the lab."""
    yield "upgrade: interrupted in every step and continued", check_interrupted
    yield "upgrade: by the commands of its page", check_typed
    yield "cluster: a node is added and taken away by the commands of its page", check_added_node
