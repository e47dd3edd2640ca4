"""The order of the layers, checked without any host."""

from collections.abc import Sequence

import pytest

from hosts.layer import Given, Layer
from hosts.layers.order import order_faults
from hosts.model import Model


class Nothing(Model):
    """No settings."""


def _deploy(settings: Nothing, given: Given) -> None:
    del settings, given


def layer(name: str, *needs: str) -> Layer[Nothing]:
    """Return a layer that needs others."""
    return Layer(name=name, settings=Nothing, deploy=_deploy, needs=needs)


def test_order_of_the_product() -> None:
    """No layer needs one that comes after it."""
    assert [*order_faults()] == []


@pytest.mark.parametrize(
    ("layers", "faults"),
    [
        ([layer("base"), layer("disks", "base")], []),
        ([layer("disks", "base"), layer("base")], ["disks: needs base, expected it among the layers before: none"]),
        ([layer("base", "base")], ["base: needs base, expected it among the layers before: none"]),
        ([layer("base"), layer("base")], ["base: stands twice in the order"]),
    ],
    ids=["good", "later", "itself", "twice"],
)
def test_order_is_checked(layers: Sequence[Layer[Nothing]], faults: list[str]) -> None:
    """A layer that needs what comes later, itself, or stands twice is named."""
    assert [*order_faults(layers)] == faults
