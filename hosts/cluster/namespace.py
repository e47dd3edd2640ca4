"""A namespace."""

from hosts.cluster.kubernetes_object import KubernetesObject, kubernetes_object


def namespace(name: str) -> KubernetesObject:
    """Return the namespace *name*; what is put into it stands after it."""
    return kubernetes_object("Namespace", version="v1", name=name)
