"""The answer of a server of the cluster, fetched over SSH."""

import shlex

from hosts.inventory import Machine
from hosts.operations.applied_manifest import FOLDER
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from ops.cluster_status.asked import ASK, AskedCluster, read_asked

PATIENCE = 300.0
"""Seconds."""


def asked_server(machines: Machines, server: Machine) -> AskedCluster:
    """Return what *server* says of the cluster.

    Raises:
        WorkerError: it cannot be reached, is production by mistake, or the cluster's API does not answer.

    """
    try:
        finished = machines.connected(server).run(
            shlex.join(["sh", "-c", ASK, "ask", FOLDER]), stdin=None, timeout=PATIENCE
        )
        return read_asked(finished.out.decode())
    except TimeoutError:
        raise WorkerError(f"{server.name} ({server.address}): no answer within {PATIENCE:.0f} s") from None
    except ValueError as error:
        raise WorkerError(f"{server.name} ({server.address}): {error}") from error
