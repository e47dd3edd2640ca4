"""A kubeconfig with one more cluster in it, and all others as they were."""

from collections.abc import Mapping
from typing import TypeAlias

import yaml

Yaml: TypeAlias = "str | int | float | bool | list[Yaml] | dict[str, Yaml] | None"

LISTS = {"clusters": "cluster", "users": "user", "contexts": "context"}
"""List → what its entries hold beside their name."""


class RefusedKubeconfigError(ValueError):
    """A file that is no kubeconfig, or not one that can be added to; the text says why."""


def merged(existing: str | None, fetched: str, *, name: str, address: str) -> str:
    """Return *existing* with what *fetched* lets in, reached at *address*, as cluster, user and context *name*.

    `existing` is None where there is no file. The current context stays, if there is one.

    Raises:
        RefusedKubeconfigError: one of them is no kubeconfig.

    """
    new = _read(fetched, where="the server's kubeconfig")
    tree: dict[str, Yaml] = {"apiVersion": "v1", "kind": "Config"}
    if existing is not None:
        tree = _read(existing, where="the existing file")
    cluster, user = (_only(new, kind) for kind in ("clusters", "users"))
    mine: Mapping[str, Yaml] = {
        "clusters": {**cluster, "server": f"https://{address}:6443"},
        "users": dict(user),
        "contexts": {"cluster": name, "user": name},
    }
    for kind, inner in LISTS.items():
        others = [entry for entry in _entries(tree, kind, where="the existing file") if entry["name"] != name]
        tree[kind] = [*others, {"name": name, inner: mine[kind]}]
    if not tree.get("current-context"):
        tree["current-context"] = name
    return yaml.safe_dump(tree, sort_keys=False)


def _read(text: str, *, where: str) -> dict[str, Yaml]:
    try:
        tree: Yaml = yaml.safe_load(text)
    except yaml.YAMLError as error:
        # Without the parser's excerpt, which may show a key.
        raise RefusedKubeconfigError(f"{where}: expected a kubeconfig, found text that is no YAML") from error
    if not isinstance(tree, dict) or tree.get("kind") != "Config":
        raise RefusedKubeconfigError(f"{where}: expected a kubeconfig, found no mapping of kind Config")
    return tree


def _entries(tree: Mapping[str, Yaml], kind: str, *, where: str) -> list[dict[str, Yaml]]:
    entries = tree.get(kind) or []
    found = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("name"), str)] if (
        isinstance(entries, list)) else []  # fmt: skip
    if not isinstance(entries, list) or len(found) != len(entries):
        raise RefusedKubeconfigError(f"{where}: {kind}: expected a list of mappings with a name")
    return found


def _only(tree: Mapping[str, Yaml], kind: str) -> Mapping[str, Yaml]:
    match _entries(tree, kind, where="the server's kubeconfig"):
        case [{**entry}] if isinstance(inner := entry.get(LISTS[kind]), dict):
            return inner
    raise RefusedKubeconfigError(f"the server's kubeconfig: {kind}: expected one, as k3s writes it")
