"""The settings of the stand-ins for Google and OVH."""

import asyncio
from collections.abc import Mapping

import pytest
from pulumi.provider.experimental import provider as protocol

from provider.guard import ProductionRefusedError
from rehearsal.standins.gcp.provider import GoogleProvider
from rehearsal.standins.ovh.provider import OvhProvider
from rehearsal.standins.plain import Plain, from_plain
from rehearsal.standins.stand_in_provider import StandInProvider

DOUBLE = "http://127.0.0.1:9"


def _configure(provider: StandInProvider, settings: Mapping[str, Plain]) -> None:
    request = protocol.ConfigureRequest({}, from_plain(settings), accept_secrets=True, accept_resources=True)
    asyncio.run(provider.configure(request))


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        (GoogleProvider, {}),
        (GoogleProvider, {"storageCustomEndpoint": DOUBLE}),
        (GoogleProvider, {"storageCustomEndpoint": DOUBLE, "iamCustomEndpoint": "https://iam.googleapis.com/v1/"}),
        (OvhProvider, {"endpoint": "https://eu.api.ovh.com/1.0"}),
    ],
)
def test_production_is_refused_whoever_asks(
    provider: type[GoogleProvider | OvhProvider], settings: Mapping[str, Plain], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in does not work on production, not even where production is asked for by name, nor by default."""
    monkeypatch.setenv("FACTORY_TARGET", "production")

    with pytest.raises(ProductionRefusedError, match="is production"):
        _configure(provider(), settings)


@pytest.mark.parametrize("endpoint", ["ovh-eu", ""])
def test_endpoint_that_is_a_name_is_refused(endpoint: str) -> None:
    """The names of endpoints are OVH's own: a double has an address."""
    with pytest.raises(ValueError, match="works on doubles: expected an address as its endpoint"):
        _configure(OvhProvider(), {"endpoint": endpoint})


@pytest.mark.parametrize("provider", [GoogleProvider, OvhProvider])
def test_unknown_setting_is_refused(provider: type[GoogleProvider | OvhProvider]) -> None:
    """What the stand-in does not know is refused by name; what the engine adds is not."""
    settings = from_plain({"region": "x", "version": "1"})

    answer = asyncio.run(provider().check_config(protocol.CheckRequest("", {}, settings, b"")))

    assert [failure.property for failure in answer.failures or []] == ["region"]
