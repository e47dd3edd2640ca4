"""What keeps a layer from being used, told before any host is asked."""

from collections.abc import Iterator

from hosts.layers.order import AnyLayer
from hosts.versions import PINS
from hosts.worker.production import Target
from hosts.worker.requests import Check
from hosts.worker.settings_faults import Place, settings_faults


def layer_faults(layer: AnyLayer, request: Check, *, target: Target) -> Iterator[tuple[Place, str]]:
    """Yield the path of each input that cannot be used, and why."""
    for place, fault in settings_faults(layer.settings, request.settings):
        yield ("settings", *place), fault
    for name in layer.given:
        if name not in request.given:
            yield ("given", name), f"missing. Expected {layer.given[name].meaning}"
    for name in request.given:
        if name not in layer.given:
            yield ("given", name), f"the layer takes no such thing. Expected {', '.join(layer.given) or 'nothing'}"
    for pin in layer.pins:
        if target == "production" and PINS[pin].is_open:
            yield ("layer",), f"the pin {pin} is open, nobody has read its checksum yet: ./factory pins update {pin}"
