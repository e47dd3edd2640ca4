"""Layer: a server of the cluster."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Annotated

import pydantic
from pyinfra.context import host

from hosts.facts.authority_files import AuthorityFiles
from hosts.k3s import places as at
from hosts.k3s.files import render_server, render_unit
from hosts.k3s.node import Node
from hosts.k3s.node_operations import after_exchange, allowed_server
from hosts.k3s.snapshot_script import KEPT, SNAPSHOT, SNAPSHOT_SCRIPT
from hosts.k3s.step_faults import declared_faults
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.pinned_download import pinned_download
from hosts.operations.placed_file import placed_file
from hosts.operations.running_service import running_service

Folder = Annotated[str, pydantic.StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$")]
UNIT_FILE = f"{at.UNITS}/{at.SERVER_UNIT}"
DROP_IN = f"{at.UNITS}/{at.SERVER_UNIT}.d/snapshot.conf"
READ = (at.BINARY, at.CONFIGURATION)
"""Another one of these is a change of the server: the datastore is kept before."""


class K3s(Model):
    """A server."""

    node: Node
    """What every host of the cluster is told."""
    names: tuple[str, ...]
    """Names and addresses, beside its own, that its certificate is for."""
    servers: Annotated[int, pydantic.Field(ge=1)]
    """How many there are."""
    first: IPv4Address | None
    """The server that this one joins; None where it makes the cluster."""
    mount: Folder
    """Where the data disk is mounted, which snapshots go to."""


def may_follow(before: K3s, wanted: K3s) -> Iterator[str]:
    """Yield why the version may not follow the one before."""
    return declared_faults(wanted.node.name, before=before.node.version, wanted=wanted.node.version)


def render_drop_in(mount: str) -> str:
    """Return what keeps the datastore before each start with something new."""
    words = " ".join([SNAPSHOT, at.SERVER, mount, str(KEPT), *READ])
    return f"[Unit]\nAfter=local-fs.target\n\n[Service]\nExecStartPre={words}\n"


def deploy_k3s(k3s: K3s, given: Given) -> None:
    """Refuse what may not follow; then install, configure, and start, which keeps the datastore before a change."""
    node = k3s.node
    allowed_server(name=f"Make sure that {node.name} may have this version", server=node.name, wanted=node.version)
    program = pinned_download(name="Install k3s", pin="k3s", dest=at.BINARY, instead=node.instead)
    snapshot = placed_file(name="Place what keeps the datastore", text=SNAPSHOT_SCRIPT, dest=SNAPSHOT, mode="755")
    placed_file(name="Place the token of servers", text=given["token"], dest=at.TOKEN, mode="600", secret=True)
    placed_file(
        name="Place the token of agents", text=given["agent_token"], dest=at.AGENT_TOKEN, mode="600", secret=True
    )
    configuration = placed_file(
        name="Configure the server of the cluster",
        text=render_server(node, names=k3s.names, servers=k3s.servers, first=k3s.first),
        dest=at.CONFIGURATION,
        mode="600",
    )
    unit = placed_file(name="Place the unit of k3s", text=render_unit("server"), dest=UNIT_FILE)
    drop_in = placed_file(name="Keep the datastore before each change", text=render_drop_in(k3s.mount), dest=DROP_IN)
    running_service(
        name="Run the server of the cluster",
        unit=at.SERVER_UNIT,
        files=(at.BINARY, at.CONFIGURATION, UNIT_FILE, DROP_IN),
        after=(program, snapshot, configuration, unit, drop_in),
    )
    after_exchange(name=f"Wait until {node.name} is ready", node=node.name, wanted=node.version, step="ready")


def read_k3s(k3s: K3s) -> Mapping[str, str]:
    """Return what an agent is let in by; nothing before the first start."""
    del k3s
    found = host.get_fact(AuthorityFiles, paths=(at.JOIN_TOKEN,))
    return {"join_token": found[at.JOIN_TOKEN].strip()} if found else {}


LAYER = Layer(
    name="k3s",
    settings=K3s,
    deploy=deploy_k3s,
    needs=("base", "disks", "iscsi"),
    given={
        "token": Value(meaning="what lets a server in, and what its datastore's keys are encrypted with", secret=True),
        "agent_token": Value(meaning="what lets an agent in", secret=True),
    },
    gives={"join_token": Value(meaning="what lets an agent in, and tells it whom it joins", secret=True)},
    pins=("k3s",),
    read_given=read_k3s,
    may_follow=may_follow,
    holds_data=True,
)
