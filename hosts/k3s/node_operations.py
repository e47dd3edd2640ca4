"""Operations on a server of the cluster: before and after the program of one node is exchanged."""

import json
from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.k3s.node_scripts import ANSWERS, DRAIN, PATCH, READY, VOLUMES
from hosts.k3s.node_steps import DRAINED, After, Before, cordon_patch, steps_after, steps_before, uncordon_patch
from hosts.k3s.seen_cluster import SeenByServer, SeenNode
from hosts.k3s.step_faults import agent_faults, server_faults
from hosts.k3s.version import Version

PATIENCE = {"api": 120, "volumes": 1800, "drain": 900, "ready": 600}
"""Seconds."""
REFUSED = 'printf "%s\\n" "$1" >&2; exit 1'


@operation()
def allowed_server(*, server: str, wanted: str) -> Generator[StringCommand, None, None]:
    """Refuse a version that may not follow what the cluster has; nothing is touched.

    + server: name of the host
    + wanted: version that it shall have
    """
    seen = host.get_fact(SeenByServer)
    version = Version.read(wanted)
    if seen.installed is not None:
        nodes = {name: node.version for name, node in (seen.nodes or {}).items()}
        # Its program may be newer than what it said last: an exchange that was cut off counts as done.
        nodes[server] = seen.installed
        if faults := [*server_faults(nodes, server=server, wanted=version)]:
            yield _refusal("\n".join(faults))
            return
        if seen.nodes is None and version != seen.installed:
            yield _refusal(
                f"{server} has k3s {seen.installed}, and its API does not answer: what the agents have is not known. "
                f"Expected it to run before it becomes {version}"
            )
            return
    host.noop(f"{server} may have k3s {wanted}")


@operation()
def allowed_agent(*, agent: str, wanted: str) -> Generator[StringCommand, None, None]:
    """Refuse a version that may not follow what the agent has, or that its server has not yet; nothing is touched.

    + agent: name of the node
    + wanted: version that it shall have
    """
    seen = host.get_fact(SeenByServer)
    if seen.installed is not None:
        node = (seen.nodes or {}).get(agent)
        found = None if node is None else node.version
        faults = [*agent_faults(agent, found=found, server=seen.installed, wanted=Version.read(wanted))]
        if faults:
            yield _refusal("\n".join(faults))
            return
    host.noop(f"{agent} may have k3s {wanted}")


@operation()
def answering_api() -> Generator[StringCommand, None, None]:
    """Wait until the API answers, for nothing is known of a node before."""
    if host.get_fact(SeenByServer).nodes is not None:
        host.noop("the API answers")
        return
    yield _script(ANSWERS, str(PATIENCE["api"]))


@operation()
def before_exchange(*, node: str, wanted: str, step: Before) -> Generator[StringCommand, None, None]:
    """Do one step before the program of a node is exchanged.

    + node: its name
    + wanted: version that it shall have
    + step: which of the steps
    """
    version = Version.read(wanted)
    if step not in steps_before(_seen(node), wanted=version):
        host.noop(f"{node}: no need")
    elif step == "volumes":
        yield _script(VOLUMES, str(PATIENCE["volumes"]))
    elif step == "cordon":
        yield _script(PATCH, node, json.dumps(cordon_patch(wanted=version)))
    else:
        yield _script(DRAIN, node, f"{DRAINED}={wanted}", str(PATIENCE["drain"]))


@operation()
def after_exchange(*, node: str, wanted: str, step: After) -> Generator[StringCommand, None, None]:
    """Do one step after the program of a node was exchanged.

    + node: its name
    + wanted: version that it shall have
    + step: which of the steps
    """
    found = _seen(node)
    due = steps_after(found, wanted=Version.read(wanted))
    if step not in due:
        host.noop(f"{node}: no need")
    elif step == "ready":
        yield _script(READY, node, wanted, str(PATIENCE["ready"]))
    elif found is not None:
        yield _script(PATCH, node, json.dumps(uncordon_patch(found)))
        # In the same step, for once the marks are gone nothing tells that it is due; the next node asks again.
        yield _script(VOLUMES, str(PATIENCE["volumes"]))


def _seen(node: str) -> SeenNode | None:
    nodes = host.get_fact(SeenByServer).nodes
    return None if nodes is None else nodes.get(node)


def _refusal(faults: str) -> StringCommand:
    """Return what ends a run before anything is touched, and a mere look not at all.

    A refresh asks with the settings of before, which are older than a machine that was lost while it was exchanged.
    """
    return _script(REFUSED, faults)


def _script(script: str, *words: str) -> StringCommand:
    return StringCommand("sh -c", QuoteString(script), "k3s", *map(QuoteString, words))
