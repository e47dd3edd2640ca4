"""The kubeconfig that a server of the cluster keeps for itself."""

from hosts.inventory import Machine
from hosts.k3s.places import KUBECONFIG
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines

PATIENCE = 30.0
"""Seconds."""


def fetched_kubeconfig(machines: Machines, server: Machine) -> str:
    """Return the content of the file on *server*, which must not be shown.

    Raises:
        WorkerError: the server cannot be reached, is production by mistake, or has no such file.

    """
    try:
        finished = machines.connected(server).run(f"cat -- {KUBECONFIG}", stdin=None, timeout=PATIENCE)
    except TimeoutError:
        raise WorkerError(f"{server.name} ({server.address}): no answer within {PATIENCE:.0f} s") from None
    if finished.code:
        raise WorkerError(
            f"{server.name} ({server.address}): expected {KUBECONFIG}, found none: "
            "k3s writes it at its first start; `./factory hosts check --layer k3s` says how it is"
        )
    return finished.out.decode()
