"""One Kubernetes object: plain values, as a manifest has them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

KubernetesObject: TypeAlias = Mapping[str, Json]


def kubernetes_object(
    kind: str, *, version: str, name: str, namespace: str | None = None, annotations: Mapping[str, str] | None = None,
    **content: Json,
) -> KubernetesObject:  # fmt: skip
    """Return the object, which needs no namespace where its kind has none."""
    metadata: dict[str, Json] = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **content}
