"""Whether one object of the cluster is well, by what its controller says of it."""

from collections.abc import Callable, Iterator, Mapping

from pydantic import JsonValue

from ops.cluster_status.asked import Object

CONDITIONS = {
    "Certificate": "Ready",
    "StepClusterIssuer": "Ready",
    "Node": "Ready",
    "VaultAuth": "Ready",
    "VaultConnection": "Ready",
    "VaultStaticSecret": "Ready",
}
"""Kind → the condition that must be true."""


def health_faults(one: Object) -> Iterator[str]:
    """Yield what is wrong with it; a kind of which nobody says anything is well once it is there."""
    kind, status = str(one["kind"]), _mapping(one.get("status"))
    if (expected := CONDITIONS.get(kind)) is not None:
        found = {str(each.get("type")): each for each in _listed(status.get("conditions"))}
        condition = found.get(expected, {})
        if condition.get("status") != "True":
            yield f"expected {expected}, found {condition.get('message') or condition.get('reason') or 'no word of it'}"
    elif (look := LOOKS.get(kind)) is not None:
        yield from look(_mapping(one.get("spec")), status)


def _phase(wanted: str) -> "Look":
    def look(spec: Object, status: Object) -> Iterator[str]:
        del spec
        if status.get("phase") != wanted:
            yield f"expected {wanted}, found {status.get('phase') or 'no phase'}"

    return look


def _chart(spec: Object, status: Object) -> Iterator[str]:
    del spec
    for condition in _listed(status.get("conditions")):
        if condition.get("type") == "Failed" and condition.get("status") == "True":
            yield f"its installation failed: {condition.get('message') or condition.get('reason')}"


def _application(spec: Object, status: Object) -> Iterator[str]:
    del spec
    for part, wanted in (("sync", "Synced"), ("health", "Healthy")):
        found = _mapping(status.get(part)).get("status")
        if found != wanted:
            yield f"expected {wanted}, found {found or 'no word of it'}"


def _target(spec: Object, status: Object) -> Iterator[str]:
    del spec
    if status.get("available") is not True:
        found = {str(each.get("type")): each for each in _listed(status.get("conditions"))}.get("Unavailable", {})
        yield f"expected to be reached, found {found.get('message') or 'no word of it'}"


def _replicas(spec: Object, status: Object) -> Iterator[str]:
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    if ready != wanted:
        yield f"expected {wanted} ready, found {ready}"


def _daemons(spec: Object, status: Object) -> Iterator[str]:
    del spec
    wanted, ready = status.get("desiredNumberScheduled", 0), status.get("numberReady", 0)
    if ready != wanted:
        yield f"expected {wanted} ready, found {ready}"


def _mapping(value: JsonValue) -> Object:
    return value if isinstance(value, dict) else {}


def _listed(value: JsonValue) -> list[Object]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


Look = Callable[[Object, Object], Iterator[str]]

LOOKS: Mapping[str, Look] = {
    "Namespace": _phase("Active"),
    "PersistentVolumeClaim": _phase("Bound"),
    "HelmChart": _chart,
    "Application": _application,
    "BackupTarget": _target,
    "Deployment": _replicas,
    "StatefulSet": _replicas,
    "DaemonSet": _daemons,
}
