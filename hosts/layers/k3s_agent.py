"""Layer: an agent of the cluster."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from hosts.k3s import places as at
from hosts.k3s.files import render_agent, render_unit
from hosts.k3s.node import Node
from hosts.k3s.step_faults import declared_faults
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.pinned_download import pinned_download
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service

UNIT_FILE = f"{at.UNITS}/{at.AGENT_UNIT}"


class K3sAgent(Model):
    """An agent; the layers `k3s_drain` and `k3s_return`, done on a server, come before and after it."""

    node: Node
    """What every host of the cluster is told."""
    server: IPv4Address
    """The server that it joins."""


def may_follow(before: K3sAgent, wanted: K3sAgent) -> Iterator[str]:
    """Yield why the version may not follow the one before."""
    return declared_faults(wanted.node.name, before=before.node.version, wanted=wanted.node.version)


def deploy_k3s_agent(agent: K3sAgent, given: Given) -> None:
    """Install, configure, start; what runs beside the cluster on this host notices nothing."""
    program = pinned_download(name="Install k3s", pin="k3s", dest=at.BINARY, instead=agent.node.instead)
    token = placed_file(
        name="Place the token of the cluster", text=given["join_token"], dest=at.TOKEN, mode="600", secret=True
    )
    configuration = placed_file(
        name="Configure the agent of the cluster",
        text=render_agent(agent.node, server=agent.server),
        dest=at.CONFIGURATION,
        mode="600",
    )
    unit = placed_file(name="Place the unit of k3s", text=render_unit("agent"), dest=UNIT_FILE)
    running_service(
        name="Run the agent of the cluster",
        unit=at.AGENT_UNIT,
        files=(at.BINARY, at.TOKEN, at.CONFIGURATION, UNIT_FILE),
        after=(program, token, configuration, unit),
    )


LAYER = Layer(
    name="k3s_agent",
    settings=K3sAgent,
    deploy=deploy_k3s_agent,
    needs=("base", "iscsi", "k3s", "k3s_drain"),
    given={"join_token": Value(meaning="what lets an agent in, and tells it whom it joins", secret=True)},
    pins=("k3s",),
    may_follow=may_follow,
)
