"""Make the layer of a thing that the cluster is given as a manifest."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from hosts.cluster.kubernetes_object import KubernetesObject
from hosts.cluster.manifest import manifest
from hosts.layer import Given, Layer, Value
from hosts.model import Model
from hosts.operations.applied_manifest import applied_manifest
from hosts.operations.removed_manifest import removed_manifest

Settings = TypeVar("Settings", bound=Model)
Render = Callable[[Settings, Given], list[KubernetesObject]]

NOT_NEEDED = '{"kid": "none"}'
"""Given in a removal, which needs names only; what is read as JSON finds what it looks for."""


def manifest_layer(  # noqa: PLR0913 - what is true of a thing
    name: str,
    *,
    settings: type[Settings],
    render: Render[Settings],
    needs: tuple[str, ...],
    given: Mapping[str, Value] | None = None,
    pins: tuple[str, ...] = (),
    holds_data: bool = False,
) -> Layer[Settings]:
    """Return the layer that puts the objects of *render* into k3s's folder and sees that they are applied.

    What holds data is kept when it is taken out of the declaration; of the rest the objects are deleted.
    """
    values = given or {}

    def deploy(told: Settings, given: Given) -> None:
        applied_manifest(thing=name, text=manifest(render(told, given)))

    def remove(told: Settings) -> None:
        removed_manifest(
            name=f"Take {name} out of the cluster",
            thing=name,
            objects=render(_without_archives(told), dict.fromkeys(values, NOT_NEEDED)),
        )

    return Layer(
        name=name,
        settings=settings,
        deploy=deploy,
        needs=needs,
        given=values,
        pins=pins,
        holds_data=holds_data,
        remove=None if holds_data else remove,
    )


def _without_archives(told: Settings) -> Settings:
    """Return settings whose charts need no archive: who takes a thing away may not have it."""
    return told.model_validate(_open(told.model_dump()))


def _open(value: object) -> object:
    if isinstance(value, dict):
        return {key: None if key == "sha256" else _open(one) for key, one in value.items()}
    return value
