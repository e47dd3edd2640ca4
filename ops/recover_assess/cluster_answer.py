"""What the cluster says of pods, claims and volumes, asked on its first server in one question."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from hosts.cluster.longhorn import NAMESPACE

DRIVER = "driver.longhorn.io"
HELD = "factory-held-replicas"
"""Annotation of a deployment that was held back: how many pods it is to have again."""

ASK = f"""
get() {{ k3s kubectl get --request-timeout=20s --output=json "$@" 2>/dev/null | tr -d '\\n'; echo; }}
echo nodes; get nodes
echo pods; get pods --all-namespaces
echo claims; get persistentvolumeclaims --all-namespaces
echo kept; get persistentvolumes
echo volumes; get volumes.longhorn.io --namespace {NAMESPACE}
echo auths; get vaultauths.secrets.hashicorp.com --all-namespaces
echo deployments; get deployments --all-namespaces
echo end
"""
_Object = Mapping[str, JsonValue]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClusterAnswer:
    """The answer."""

    fault: str = ""
    """Why there is none; everything else is empty then."""
    nodes: Mapping[str, bool] = dataclasses.field(default_factory=dict)
    """Node → whether it is ready."""
    pods: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """`namespace/name` of each pod that is not as it should be → why."""
    claims: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """`namespace/name` of each claim without its volume → its phase."""
    kept: frozenset[str] = frozenset()
    """Volumes of Longhorn that persistent volumes name."""
    volumes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Volume that Longhorn knows → how it is: `healthy`, `degraded`, `faulted`, `unknown`."""
    logged_out: frozenset[str] = frozenset()
    """`namespace/name` of each login at Vault that the Secrets Operator says is not valid."""
    replicas: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Namespace → how many pods its deployments are to have."""
    held: frozenset[str] = frozenset()
    """Namespaces with deployments that were held back."""


def read_cluster_answer(text: str) -> ClusterAnswer:
    """Return what `ASK` printed; an API that gives no nodes is a fault."""
    lines = text.splitlines()
    if not lines or lines[-1] != "end":
        return ClusterAnswer(fault="the answer broke off")
    parts = dict(zip(lines[:-1:2], lines[1:-1:2], strict=True))
    if not parts["nodes"]:
        return ClusterAnswer(fault="its API does not answer")
    return ClusterAnswer(
        nodes={_name(node): _ready(node) for node in _items(parts["nodes"])},
        pods={_name(pod): why for pod in _items(parts["pods"]) if (why := _pod_fault(pod))},
        claims={
            _name(claim): phase
            for claim in _items(parts["claims"])
            if (phase := str(_mapping(claim.get("status")).get("phase"))) != "Bound"
        },
        kept=frozenset(_handles(_items(parts["kept"]))),
        volumes={
            str(_mapping(one["metadata"])["name"]): str(_mapping(one.get("status")).get("robustness") or "unknown")
            for one in _items(parts["volumes"])
        },
        logged_out=frozenset(
            _name(one) for one in _items(parts["auths"]) if _mapping(one.get("status")).get("valid") is False
        ),
        replicas=_replicas(_items(parts["deployments"])),
        held=frozenset(_space(one) for one in _items(parts["deployments"]) if HELD in _annotations(one)),
    )


def _replicas(deployments: Sequence[_Object]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in deployments:
        count = _mapping(one["spec"]).get("replicas", 1)
        found[_space(one)] = found.get(_space(one), 0) + (count if isinstance(count, int) else 0)
    return found


def _space(one: _Object) -> str:
    return str(_mapping(one["metadata"])["namespace"])


def _annotations(one: _Object) -> _Object:
    return _mapping(_mapping(one["metadata"]).get("annotations"))


def _items(line: str) -> Sequence[_Object]:
    items = json.loads(line)["items"] if line else []
    return [each for each in items if isinstance(each, dict)]


def _name(one: _Object) -> str:
    metadata = _mapping(one["metadata"])
    return "/".join(str(metadata[key]) for key in ("namespace", "name") if key in metadata)


def _ready(one: _Object) -> bool:
    return ("Ready", "True") in {(each.get("type"), each.get("status")) for each in _conditions(one)}


def _conditions(one: _Object) -> Sequence[_Object]:
    found = _mapping(one.get("status")).get("conditions")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _pod_fault(pod: _Object) -> str:
    """Return the reason that a container gives for not running, else that of the pod."""
    status = _mapping(pod.get("status"))
    if status.get("phase") == "Succeeded" or _ready(pod):
        return ""
    containers = status.get("containerStatuses")
    for container in containers if isinstance(containers, list) else []:
        waiting = _mapping(_mapping(_mapping(container).get("state")).get("waiting"))
        if waiting:
            return str(waiting.get("reason"))
    return str(status.get("reason") or status.get("phase") or "no word of it")


def _handles(kept: Sequence[_Object]) -> Iterator[str]:
    for one in kept:
        source = _mapping(_mapping(one["spec"]).get("csi"))
        if source.get("driver") == DRIVER:
            yield str(source["volumeHandle"])


def _mapping(value: JsonValue) -> _Object:
    return value if isinstance(value, dict) else {}
