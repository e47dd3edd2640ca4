"""The custom resource definitions that k3s brings, so that its API server knows which fields there are."""

import json

from pydantic import JsonValue

from rehearsal.go_source import go_source
from rehearsal.k3s.definition import TEXT, definition, fields

HELM = "github.com/k3s-io/helm-controller"
FOLDER = "pkg/crds/yaml/generated"


def definitions() -> str:
    """Return them as YAML: those of charts as their publisher has them, and that of addons."""
    folder = go_source("helm-controller", HELM) / FOLDER
    published = [path.read_text(encoding="utf-8").removeprefix("---\n") for path in sorted(folder.glob("*.yaml"))]
    return "\n---\n".join([*published, json.dumps(_addon())])


def _addon() -> JsonValue:
    # k3s makes this one in its own code; these are the fields of its type Addon.
    kinds: JsonValue = {"type": "array", "items": fields(group=TEXT, version=TEXT, kind=TEXT)}
    parts = {"spec": fields(source=TEXT, checksum=TEXT), "status": fields(gvks=kinds)}
    return definition("Addon", group="k3s.cattle.io", version="v1", scope="Namespaced", parts=parts)
