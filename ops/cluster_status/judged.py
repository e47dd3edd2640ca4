"""The cluster against what was declared: one row for each thing, object, node and workload."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping

from ops.cluster_status.asked import AskedCluster, AskedThing, Object
from ops.cluster_status.health import health_faults
from ops.cluster_status.release import Release, read_release

CHART_ANNOTATION = "factory/chart"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the answer."""

    thing: str
    """What it belongs to."""
    what: str
    """The object."""
    faults: tuple[str, ...]
    """What is wrong with it; nothing where it is well."""


def judged(
    asked: AskedCluster, *, things: Collection[str], k3s: str, charts: Mapping[str, str | None]
) -> Iterator[Row]:
    """Yield a row for all that is declared or there: its nodes of version *k3s*, each chart of the version in *charts*.

    + things: what was declared
    + charts: chart → its pinned version, None while that is open
    """
    for node in asked.nodes:
        yield Row(thing="nodes", what=_name(node), faults=(*health_faults(node), *_node(node, k3s)))
    releases = dict(map(read_release, asked.releases))
    for thing in things:
        if thing not in asked.things:
            fault = "declared, and its manifest is not there: `./factory up hosts` places it"
            yield Row(thing=thing, what="manifest", faults=(fault,))
    for thing, found in asked.things.items():
        if thing not in things:
            fault = "not declared, and its manifest is there: `./factory up hosts` takes it away"
            yield Row(thing=thing, what="manifest", faults=(fault,))
        yield from _thing(thing, found, releases=releases, charts=charts)
    for workload in asked.workloads:
        yield Row(thing="workloads", what=_name(workload), faults=(*health_faults(workload),))


def _thing(
    thing: str, found: AskedThing, *, releases: Mapping[str, Release], charts: Mapping[str, str | None]
) -> Iterator[Row]:
    faults = tuple(f"{each}: not as declared" for each in found.differences)
    yield Row(thing=thing, what="manifest", faults=faults)
    for one in found.objects:
        of_chart = _chart(one, releases=releases, charts=charts) if one["kind"] == "HelmChart" else ()
        yield Row(thing=thing, what=_name(one), faults=(*health_faults(one), *of_chart))


def _chart(one: Object, *, releases: Mapping[str, Release], charts: Mapping[str, str | None]) -> Iterator[str]:
    metadata = _mapping(one["metadata"])
    name, _, placed = str(_mapping(metadata.get("annotations")).get(CHART_ANNOTATION, "")).partition(" ")
    pinned = charts.get(name)
    if pinned is None:
        yield f"the chart {name or '(unnamed)'} has no pinned version"
        return
    if placed != pinned:
        yield f"expected the chart {name} {pinned}, found {placed} declared to k3s"
    installed = releases.get(str(metadata["name"]))
    if installed is None:
        yield "not installed yet"
    elif (installed.chart, installed.version) != (name, pinned):
        yield f"expected the chart {name} {pinned}, found {installed.chart} {installed.version} installed"


def _node(node: Object, k3s: str) -> Iterator[str]:
    found = _mapping(_mapping(node["status"]).get("nodeInfo")).get("kubeletVersion")
    if found != f"v{k3s}":
        yield f"expected k3s v{k3s}, found {found}"


def _name(one: Object) -> str:
    metadata = _mapping(one["metadata"])
    namespace = metadata.get("namespace")
    return f"{one['kind']} {f'{namespace}/' if namespace else ''}{metadata['name']}"


def _mapping(value: object) -> Object:
    return value if isinstance(value, dict) else {}
