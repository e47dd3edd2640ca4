"""The custom resource definitions that k3s brings, so that its API server knows which fields there are."""

import json

from pydantic import JsonValue

from rehearsal.go_source import go_source

HELM = "github.com/k3s-io/helm-controller"
FOLDER = "pkg/crds/yaml/generated"

_TEXT: JsonValue = {"type": "string"}
_KIND: JsonValue = {"group": _TEXT, "version": _TEXT, "kind": _TEXT}
# k3s makes this one in its own code; these are the fields of its type Addon.
_ADDON: dict[str, JsonValue] = {
    "spec": {"type": "object", "properties": {"source": _TEXT, "checksum": _TEXT}},
    "status": {
        "type": "object",
        "properties": {"gvks": {"type": "array", "items": {"type": "object", "properties": _KIND}}},
    },
}


def definitions() -> str:
    """Return them as YAML: those of charts as their publisher has them, and that of addons."""
    folder = go_source("helm-controller", HELM) / FOLDER
    published = [path.read_text(encoding="utf-8").removeprefix("---\n") for path in sorted(folder.glob("*.yaml"))]
    return "\n---\n".join([*published, json.dumps(_addon())])


def _addon() -> JsonValue:
    schema: JsonValue = {
        "type": "object",
        "properties": {"apiVersion": _TEXT, "kind": _TEXT, "metadata": {"type": "object"}, **_ADDON},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "addons.k3s.cattle.io"},
        "spec": {
            "group": "k3s.cattle.io",
            "names": {"kind": "Addon", "listKind": "AddonList", "plural": "addons", "singular": "addon"},
            "scope": "Namespaced",
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }
