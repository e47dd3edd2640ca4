"""What an upgrade of the cluster is made of, and the nodes while it goes on."""

import contextlib
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from hosts.k3s.version import Version
from rehearsal.checks.cluster.declared import declare, declared
from rehearsal.checks.cluster.node_watch import NodeWatch, watch_faults
from rehearsal.hosts.bring_up import KIND, HostsLab
from rehearsal.lab import expect
from stacks.host_layers import IN_TURN


def node_order(lab: HostsLab) -> list[str]:
    """Return the nodes in the order in which they are exchanged."""
    servers = lab.settings.roles.servers
    return [*servers, *(host.name for host in lab.settings.hosts if host.name not in servers)]


def upgrade_steps(lab: HostsLab) -> list[str]:
    """Return the names of the resources of an upgrade, in their order."""
    first, *agents = node_order(lab)
    return [f"{first}-k3s", *(f"{agent}-{layer}" for agent in agents for layer in IN_TURN)]


def declare_k3s(lab: HostsLab, **changed: JsonValue) -> None:
    """Declare another program, or another version, of what stands for k3s."""
    rehearsed = _mapping(declared(lab)["rehearsed"])
    declare(lab, rehearsed={**rehearsed, "k3s": {**_mapping(rehearsed["k3s"]), **changed}})


def declared_version(lab: HostsLab) -> Version:
    """Return the version that the stack file declares."""
    return Version.read(str(_mapping(_mapping(declared(lab)["rehearsed"])["k3s"])["version"]))


def given_versions(lab: HostsLab) -> dict[str, Version]:
    """Return step of an upgrade → version that its resource has in the state."""
    found = {urn.rpartition("::")[2]: outputs["settings"] for urn, outputs in lab.stack.resources(KIND).items()}
    return {step: _version(_mapping(found[step])) for step in upgrade_steps(lab)}


@contextlib.contextmanager
def watched_upgrade(lab: HostsLab) -> Iterator[NodeWatch]:
    """Watch the nodes while the `with` lasts; all became what is declared, in order, never two away at once."""
    order, wanted = node_order(lab), declared_version(lab)
    watch = NodeWatch(lab.machines[order[0]])
    with watch.watching():
        yield watch
    faults = [*watch_faults(watch.seen, order=order, wanted=wanted)]
    expect(not faults, "\n".join(faults))
    nodes = watch.look()
    left = [name for name in order if not nodes[name].back or nodes[name].version != wanted]
    expect(not left, f"expected every node back in {wanted}, found others: {left}")


def _version(settings: Mapping[str, JsonValue]) -> Version:
    node = settings.get("node")
    return Version.read(str(node["version"] if isinstance(node, dict) else settings["version"]))


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
