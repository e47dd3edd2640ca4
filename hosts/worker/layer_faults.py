"""What keeps a layer from being used, told before any host is asked."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from hosts.layers.order import AnyLayer
from hosts.versions import PINS
from hosts.worker.production import Target
from hosts.worker.requests import Check
from hosts.worker.settings_faults import Place, settings_faults


def layer_faults(layer: AnyLayer, request: Check, *, target: Target) -> Iterator[tuple[Place, str]]:
    """Yield the path of each input that cannot be used, and why."""
    wrong = [*settings_faults(layer.settings, request.settings)]
    for place, fault in wrong:
        yield ("settings", *place), fault
    # Settings that an older layer took, and this one does not know, have nothing that could be compared.
    if not wrong and request.before is not None and not [*settings_faults(layer.settings, request.before)]:
        yield from ((("settings",), fault) for fault in _may_follow(layer, request.before, request.settings))
    for name in layer.given:
        if name not in request.given:
            yield ("given", name), f"missing. Expected {layer.given[name].meaning}"
    for name in request.given:
        if name not in layer.given:
            yield ("given", name), f"the layer takes no such thing. Expected {', '.join(layer.given) or 'nothing'}"
    for pin in layer.pins:
        if target == "production" and PINS[pin].is_open:
            yield ("layer",), f"the pin {pin} is open, nobody has read its checksum yet: ./factory pins update {pin}"


def _may_follow(layer: AnyLayer, before: Mapping[str, JsonValue], wanted: Mapping[str, JsonValue]) -> Iterator[str]:
    if layer.may_follow is not None:
        read = layer.settings.model_validate_json
        yield from layer.may_follow(read(json.dumps(before)), read(json.dumps(wanted)))
