"""The cluster as one of its servers sees it, asked in one question."""

import dataclasses
from collections.abc import Mapping
from typing import Annotated

import pydantic
from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.facts import FactBase

from hosts.k3s import places as at
from hosts.k3s.version import Version

_ASK = f"""
if [ ! -x {at.BINARY} ]; then echo absent; exit 0; fi
{at.BINARY} --version || exit 1
{at.BINARY} kubectl get nodes --request-timeout=10s --output=json 2>/dev/null || echo silent
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SeenNode:
    """One node."""

    version: Version
    """What it runs, as it says itself."""
    ready: bool
    unschedulable: bool
    """Whether it is cordoned, by whomever."""
    annotations: Mapping[str, str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SeenCluster:
    """What a server says."""

    installed: Version | None
    """Version of its program; None where there is none."""
    nodes: Mapping[str, SeenNode] | None
    """None while the API does not answer."""


class SeenByServer(FactBase[SeenCluster]):
    """The nodes of the cluster."""

    def command(self) -> StringCommand:
        """Ask for program and nodes; that there is none, or no answer, is an answer."""
        return StringCommand("sh -c", QuoteString(_ASK))

    def process(self, output: list[str]) -> SeenCluster:
        """Return what was found."""
        if output == ["absent"]:
            return SeenCluster(installed=None, nodes={})
        # k3s version v1.34.3+k3s1 (48ffa7b6); then a line of the compiler.
        installed = Version.read(output[0].split()[2])
        if output[-1] == "silent":
            return SeenCluster(installed=installed, nodes=None)
        start = next(number for number, line in enumerate(output) if line.startswith("{"))
        listed = pydantic.TypeAdapter(_List).validate_json("\n".join(output[start:]))
        return SeenCluster(installed=installed, nodes={each.metadata.name: _seen(each) for each in listed.items})


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Metadata:
    name: str
    annotations: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Spec:
    unschedulable: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Info:
    version: Annotated[str, pydantic.Field(alias="kubeletVersion")]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Condition:
    type: str
    status: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Status:
    info: Annotated[_Info, pydantic.Field(alias="nodeInfo")]
    conditions: tuple[_Condition, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Node:
    metadata: _Metadata
    spec: _Spec
    status: _Status


@dataclasses.dataclass(frozen=True, kw_only=True)
class _List:
    items: tuple[_Node, ...]


def _seen(node: _Node) -> SeenNode:
    return SeenNode(
        version=Version.read(node.status.info.version),
        ready=any(one.type == "Ready" and one.status == "True" for one in node.status.conditions),
        unschedulable=node.spec.unschedulable,
        annotations=node.metadata.annotations,
    )
