"""Objects as the text of a manifest."""

from collections.abc import Iterable

import yaml

from hosts.cluster.kubernetes_object import KubernetesObject


def manifest(objects: Iterable[KubernetesObject]) -> str:
    """Return one document for each object, in their order."""
    return yaml.safe_dump_all(list(objects), sort_keys=True, explicit_start=True, width=120)
