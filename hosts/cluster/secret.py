"""A Secret."""

import base64
from collections.abc import Mapping

from hosts.cluster.kubernetes_object import KubernetesObject, kubernetes_object


def secret(name: str, *, namespace: str, values: Mapping[str, str]) -> KubernetesObject:
    """Return a Secret with those texts."""
    # `stringData` is never read back, so that it could not be compared.
    data = {key: base64.b64encode(text.encode()).decode() for key, text in values.items()}
    return kubernetes_object("Secret", version="v1", name=name, namespace=namespace, type="Opaque", data=data)
