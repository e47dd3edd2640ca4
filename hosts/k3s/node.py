"""What every host of the cluster is told, whether it serves or not."""

from ipaddress import IPv4Address
from typing import Annotated

import pydantic

from hosts.artefact import Artefact
from hosts.k3s.version import PATTERN
from hosts.model import Model

NodeName = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
VersionText = Annotated[str, pydantic.StringConstraints(pattern=PATTERN)]


class Node(Model):
    """One host of the cluster."""

    name: NodeName
    """Its name, in the cluster as everywhere."""
    address: IPv4Address
    """Its own address; one that moves between hosts must not be taken for it."""
    version: VersionText
    """The pinned version, or what a rehearsal has in its place."""
    balances: bool
    """Whether ports 80 and 443 of the cluster's services may be taken here."""
    instead: Artefact | None = None
    """What stands for the program in a rehearsal."""
