"""Layer, done on a server for one agent: volumes healthy, cordoned, drained, where its program is to be exchanged."""

from collections.abc import Iterator

from hosts.k3s.node import NodeName, VersionText
from hosts.k3s.node_operations import allowed_agent, answering_api, before_exchange
from hosts.k3s.step_faults import declared_faults
from hosts.layer import Given, Layer
from hosts.model import Model


class K3sDrain(Model):
    """An agent that may be due."""

    node: NodeName
    """Its name."""
    version: VersionText
    """Version that it shall have."""


def deploy_k3s_drain(drain: K3sDrain, given: Given) -> None:
    """Refuse what may not follow, then empty the node; one that is new or as declared is left alone."""
    del given
    allowed_agent(name=f"Make sure that {drain.node} may have this version", agent=drain.node, wanted=drain.version)
    answering_api(name="Wait for the API of the cluster")
    before_exchange(
        name=f"Wait for healthy volumes before {drain.node}", node=drain.node, wanted=drain.version, step="volumes"
    )
    before_exchange(name=f"Cordon {drain.node}", node=drain.node, wanted=drain.version, step="cordon")
    before_exchange(name=f"Drain {drain.node}", node=drain.node, wanted=drain.version, step="drain")


def may_follow(before: K3sDrain, wanted: K3sDrain) -> Iterator[str]:
    """Yield why the version may not follow the one before."""
    return declared_faults(wanted.node, before=before.version, wanted=wanted.version)


LAYER = Layer(
    name="k3s_drain", settings=K3sDrain, deploy=deploy_k3s_drain, needs=("k3s",), may_follow=may_follow
)  # fmt: skip
