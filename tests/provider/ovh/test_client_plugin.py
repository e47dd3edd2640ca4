"""The provider's process with a client of OVH, as an engine speaks to it."""

from collections.abc import Iterator

import pytest

from provider.values import Unknown
from rehearsal.doubles.ovh.ovh_double import OvhDouble
from tests.postgres.plugin import Plugin

CLIENT = "factory:ovh:OAuth2Client"


@pytest.fixture
def plugin(double: OvhDouble) -> Iterator[Plugin]:
    """Start the provider on the double."""
    with Plugin(dict(double.environment)) as plugin:
        plugin.configure(ovh_api=double.address)
        yield plugin


def test_renamed_client_is_removed_too(plugin: Plugin, double: OvhDouble) -> None:
    """A client that somebody renamed is found by the id that the state knows, so its removal removes it."""
    inputs, _ = plugin.check(CLIENT, {"name": "cms-1", "description": "name servers"})
    identity, state = plugin.create(CLIENT, inputs)
    double.state.clients[str(state["client_id"])].name = "renamed by hand"

    plugin.delete(CLIENT, identity, old=state)

    assert double.state.clients == {}


def test_preview_of_a_change_says_what_stays(plugin: Plugin) -> None:
    """Id, identity and secret stay with another description; with another way to log in a new one is made."""
    inputs, _ = plugin.check(CLIENT, {"name": "cms-1", "description": "name servers"})
    identity, state = plugin.create(CLIENT, inputs)
    wanted = {**inputs, "description": "others"}

    foreseen = plugin.update(CLIENT, identity, wanted, old=state, preview=True)
    other = plugin.update(CLIENT, identity, wanted, old={**state, "flow": "AUTHORIZATION_CODE"}, preview=True)

    assert foreseen == plugin.update(CLIENT, identity, wanted, old=state)
    assert {name for name, value in other.items() if value == Unknown()} == {"client_id", "identity", "client_secret"}
