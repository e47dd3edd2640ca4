"""What happens to a cluster in later years: it is upgraded again."""

from collections.abc import Callable, Iterator

from rehearsal.checks.cluster.upgrade_interrupted import check_interrupted
from rehearsal.checks.cluster.upgrade_typed import check_typed
from rehearsal.hosts.bring_up import HostsLab


def later_checks() -> Iterator[tuple[str, Callable[[HostsLab], str | None]]]:
    """Return the checks by name."""
    yield "upgrade: interrupted in every step and continued", check_interrupted
    yield "upgrade: by the commands of its page", check_typed
