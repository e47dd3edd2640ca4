"""What a server of the cluster says of it, asked in one question."""

import dataclasses
import json
from collections.abc import Mapping
from typing import TypeAlias

from pydantic import JsonValue

from hosts.facts.applied_objects import DIFFERENCES, read_answer

Object: TypeAlias = Mapping[str, JsonValue]

ASK = f"""
get() {{ k3s kubectl get --request-timeout=20s --ignore-not-found --output=json "$@" | tr -d '\\n'; echo; }}
echo nodes; get nodes
echo workloads; get deployments,statefulsets,daemonsets --all-namespaces
echo releases; get secrets --all-namespaces --selector=owner=helm,status=deployed
for file in "$1"/factory-*.yaml; do
  [ -e "$file" ] || continue
  thing=${{file##*/factory-}}; echo "thing ${{thing%.yaml}}"
  {DIFFERENCES} "$file" 2>&1; echo "answer $?"
  echo objects; get --filename "$file" 2>/dev/null
done
echo end
"""
"""Its only argument is the folder of the manifests; what it prints holds secrets and is not to be shown."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AskedThing:
    """One manifest and its objects."""

    differences: tuple[str, ...]
    """What of it is not in the cluster as the file says."""
    objects: tuple[Object, ...]
    """Its objects, as they are."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AskedCluster:
    """The answer."""

    nodes: tuple[Object, ...]
    workloads: tuple[Object, ...]
    """Deployments, stateful and daemon sets of all namespaces."""
    releases: tuple[Object, ...]
    """Secrets in which Helm keeps what is installed."""
    things: Mapping[str, AskedThing]
    """Thing → what is of it."""


def read_asked(text: str) -> AskedCluster:
    """Return what `ASK` printed.

    Raises:
        ValueError: it broke off, or the API did not answer.

    """
    lines = text.splitlines()
    if not lines or lines[-1] != "end":
        raise ValueError("the cluster: expected an answer, it broke off")
    parts: dict[str, list[str]] = {}
    said: list[str] = []
    for line in lines[:-1]:
        if line in {"nodes", "workloads", "releases"} or line.startswith("thing "):
            said = parts.setdefault(line, [])
        else:
            said.append(line)
    if not any(parts.get("nodes", [])):
        raise ValueError("the cluster: expected its nodes, the API does not answer")
    return AskedCluster(
        nodes=_objects(parts["nodes"]),
        workloads=_objects(parts["workloads"]),
        releases=_objects(parts["releases"]),
        things={_layer(name): _thing(part) for name, part in parts.items() if name.startswith("thing ")},
    )


def _layer(name: str) -> str:
    # A file's name has no underscore, a layer's has nothing else.
    return name.removeprefix("thing ").replace("-", "_")


def _thing(said: list[str]) -> AskedThing:
    end = said.index("objects")
    return AskedThing(differences=read_answer(said[:end]), objects=_objects(said[end + 1 :]))


def _objects(said: list[str]) -> tuple[Object, ...]:
    text = "".join(said).strip()
    if not text:
        return ()
    read = json.loads(text)
    return tuple(read["items"]) if read["kind"] == "List" else (read,)
