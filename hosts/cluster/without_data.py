"""Which objects may be deleted without losing data."""

from collections.abc import Iterable

from hosts.cluster.kubernetes_object import KubernetesObject

HOLDS_DATA = frozenset({"Namespace", "PersistentVolume", "PersistentVolumeClaim"})
"""Kinds that data goes with; a namespace takes along whatever lies in it."""
DATA_GROUPS = frozenset({"longhorn.io"})
DATA_CHARTS = frozenset({"longhorn", "vault"})
"""Charts that are never uninstalled."""


def without_data(objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    """Return the objects that hold no data, the last declared first."""
    return [one for one in reversed([*objects]) if not _holds_data(one)]


def _holds_data(one: KubernetesObject) -> bool:
    kind, group = str(one["kind"]), str(one["apiVersion"]).partition("/")[0]
    metadata = one["metadata"]
    name = metadata["name"] if isinstance(metadata, dict) else None
    return kind in HOLDS_DATA or group in DATA_GROUPS or (kind == "HelmChart" and name in DATA_CHARTS)
