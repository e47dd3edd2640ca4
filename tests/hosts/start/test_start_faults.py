"""The order in which things start, checked without any host."""

import dataclasses
from collections.abc import Mapping

import pytest

from hosts.layers.order import LAYERS
from hosts.layers.things import THINGS
from hosts.start.start import Need, Place, Start
from hosts.start.start_diagram import start_diagram
from hosts.start.start_faults import start_faults
from hosts.start.starts import NOTHING_STARTS, STARTS


def starts(place: Place = "host", /, **needs: tuple[str, ...]) -> Mapping[str, Start]:
    """Return things that need others without which they do not start."""
    return {
        name: Start(place=place, needs=tuple(Need(of=each, kept_by="a check") for each in of))
        for name, of in needs.items()
    }


def test_lab_can_start() -> None:
    """What the product declares has no circle, and what carries the cluster starts without it."""
    assert [*start_faults()] == []


def test_every_layer_is_declared() -> None:
    """A layer that is added says what it needs at start, or that nothing of it starts."""
    names = {layer.name for layer in (*LAYERS, *THINGS)}

    assert names - {*STARTS} - NOTHING_STARTS == set()
    assert {*STARTS} & NOTHING_STARTS == set()


def test_erp_waits_for_unsealed_vault() -> None:
    """The ERP comes after Vault, which comes after its volume; nothing stands in for them."""
    needs = {need.of for need in STARTS["erp"].needs if need.or_else is None}

    assert "unsealed" in needs
    assert "vault" in {need.of for need in STARTS["unsealed"].needs}
    assert "longhorn" in {need.of for need in STARTS["vault"].needs}


def test_forge_that_holds_the_code_closes_a_circle_without_a_checkout() -> None:
    """If the code came from the forge alone, and names from what the code brings up, that would be named."""
    only_forge = Start(place="operator", needs=(Need(of="gitea", kept_by="git"), Need(of="dns", kept_by="its name")))
    by_code = dataclasses.replace(STARTS["dns"], needs=(Need(of="code", kept_by="somebody applies it"),))

    found = [*start_faults({**STARTS, "code": only_forge, "dns": by_code})]

    assert "a circle at start: dns → code → dns. Expected one of them to do without the next" in found


@pytest.mark.parametrize(
    ("declared", "faults"),
    [
        (starts(a=("b",), b=()), []),
        (starts(a=("c",)), ["a: needs c, which nobody declares. Expected one of a"]),
        (
            starts(a=("b",), b=("c",), c=("a",)),
            ["a circle at start: a → b → c → a. Expected one of them to do without the next"],
        ),
        (starts(a=("a",)), ["a circle at start: a → a. Expected one of them to do without the next"]),
        (
            {**starts(forge=("names",), names=("api",)), **starts("cluster", api=())},
            [
                "forge → names → api: forge is beside the cluster and carries it. Expected it to start without api",
                "names → api: names is beside the cluster and carries it. Expected it to start without api",
            ],
        ),
    ],
    ids=["good", "unknown", "circle", "itself", "cluster"],
)
def test_what_cannot_start_is_named(declared: Mapping[str, Start], faults: list[str]) -> None:
    """Unknown needs, circles and foundations that wait for the cluster are named with the whole way."""
    assert [*start_faults(declared)] == faults


def test_what_can_be_away_closes_no_circle() -> None:
    """A need with something else in its place is not waited for."""
    declared = {
        **starts(a=("b",)),
        "b": Start(place="host", needs=(Need(of="a", kept_by="asked later", or_else="a copy on its disk"),)),
    }

    assert [*start_faults(declared)] == []
    assert "b -.-> a" in start_diagram(declared)
    assert "a --> b" in start_diagram(declared)
