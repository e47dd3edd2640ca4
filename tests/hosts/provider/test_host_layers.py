"""The protocol's side of a layer, without an engine and without a machine."""

import asyncio
import sys
from collections.abc import Mapping

import pytest
from pulumi.provider.experimental import provider as protocol

from provider.factory_error import FactoryError
from provider.hosts.engine_log import EngineLog
from provider.hosts.host_layers import HostLayers
from provider.hosts.json_values import property_path, to_json
from provider.hosts.worker_process import WorkerProcess
from provider.values import Plain, Properties, Unknown, plain, wrapped

WORKER = (sys.executable, "-m", "tests.hosts.demo_worker")
URN = "urn:pulumi:stack::factory::factory:hosts:Machine$factory:hosts:Layer::pi1-demo"
HOST: Properties = {"name": "pi1", "address": "192.0.2.1", "port": 22.0}
INPUTS: Properties = {"host": HOST, "layer": "demo", "settings": {"text": "a"}, "given": {"password": "word"}}


def check(inputs: Properties) -> tuple[Properties, Mapping[str, str]]:
    """Return the checked inputs and the faults by path."""

    async def run() -> protocol.CheckResponse:
        worker = WorkerProcess(WORKER)
        layers = HostLayers(worker, EngineLog("127.0.0.1:1"))
        request = protocol.CheckRequest(URN, {}, wrapped(inputs), b"")
        try:
            return await layers.check(request)
        finally:
            await worker.end()

    answer = asyncio.run(run())
    return plain(answer.inputs or {}), {failure.property: failure.reason for failure in answer.failures or []}


def diff(state: Properties, inputs: Properties) -> protocol.DiffResponse:
    """Return the comparison; it needs no worker."""
    layers = HostLayers(WorkerProcess(("false",)), EngineLog("127.0.0.1:1"))
    return asyncio.run(layers.diff(protocol.DiffRequest(URN, "pi1/demo", wrapped(state), wrapped(inputs), [])))


def test_check_adds_what_shall_be() -> None:
    """Nothing pending, no difference and the digest are among the inputs, whatever an import gave."""
    checked, faults = check({**INPUTS, "pending": ["something"], "gives": {"note": "a"}})
    assert faults == {}
    assert (checked["pending"], checked["differences"]) == ([], {})
    assert len(str(checked["digest"])) == 64
    assert "gives" not in checked


@pytest.mark.parametrize(
    ("given", "path"),
    [(Unknown(), None), ({"password": Unknown()}, None), ({}, "given.password"), ({"x": "y"}, "given.x")],
    ids=["wholly unknown", "unknown value", "missing", "too much"],
)
def test_what_is_given_may_be_unknown(given: Plain, path: str | None) -> None:
    """A value that only an apply will tell is no fault; a name that the layer does not take is."""
    _, faults = check({**INPUTS, "given": given})
    assert bool(faults) == (path is not None)
    assert path is None or path in faults


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"settings": {"text": Unknown()}}, "settings"),
        ({"host": {**HOST, "name": Unknown()}}, "host"),
        ({"layer": ""}, "layer"),
        ({"setings": {}}, "setings"),
    ],
    ids=["settings not known", "machine not known", "no layer", "mistyped input"],
)
def test_what_must_be_known_is(changed: Properties, path: str) -> None:
    """Machine, layer and settings are known before anything is asked."""
    _, faults = check({**INPUTS, **changed})
    assert path in faults


def test_production_is_refused_at_check() -> None:
    """A machine of production fails when it is checked, also as a jump."""
    for changed in ({"address": "192.168.1.202"}, {"jump": "pi@192.168.1.201"}):
        with pytest.raises(FactoryError, match=r"host\.(address|jump): .* is production"):
            check({**INPUTS, "host": {**HOST, **changed}})


STATE: Properties = {**INPUTS, "pending": [], "differences": {}, "digest": "1", "gives": {}, "gives_secret": {}}
DECLARED: Properties = {**INPUTS, "pending": [], "differences": {}, "digest": "1"}


@pytest.mark.parametrize(
    ("state", "declared", "changed", "replaces"),
    [
        (STATE, DECLARED, [], []),
        ({**STATE, "pending": ["Place the note"]}, DECLARED, ["pending"], []),
        (STATE, {**DECLARED, "digest": "2"}, ["digest"], []),
        (STATE, {**DECLARED, "host": {**HOST, "address": "192.0.2.2"}}, ["host"], []),
        (STATE, {**DECLARED, "host": {**HOST, "name": "pi2"}}, ["host"], ["host.name"]),
        (STATE, {**DECLARED, "layer": "slow"}, ["layer"], ["layer"]),
    ],
    ids=["as declared", "drift", "new code", "new address", "other machine", "other layer"],
)
def test_differences(state: Properties, declared: Properties, changed: list[str], replaces: list[str]) -> None:
    """What the machine answered last is compared with the declaration; another machine or layer is another object."""
    found = diff(state, declared)
    assert (found.changes, found.diffs, found.replaces) == (bool(changed), changed, replaces)


def test_values_on_their_way() -> None:
    """Whole numbers arrive as such, for settings are strict; what is not known does not leave."""
    assert to_json({"a": [1.0, 1.5, True, "x", None]}) == {"a": [1, 1.5, True, "x", None]}
    with pytest.raises(FactoryError, match="known before"):
        to_json(Unknown())
    assert property_path(["settings", "disks", 0, "a.b"]) == 'settings.disks[0]["a.b"]'
