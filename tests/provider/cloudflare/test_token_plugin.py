"""The provider's process with a token of Cloudflare, as an engine speaks to it."""

from collections.abc import Iterator

import pytest

from provider.cloudflare.api import TOKEN_VARIABLE
from provider.values import Unknown
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from tests.postgres.plugin import Plugin
from tests.provider.cloudflare.wanted import NAME, given, ours

TOKEN = "factory:cloudflare:ApiToken"  # noqa: S105 - the type of a resource


@pytest.fixture
def plugin(double: CloudflareDouble) -> Iterator[Plugin]:
    """Start the provider on the double."""
    with Plugin({TOKEN_VARIABLE: double.first_token.value}) as plugin:
        plugin.configure(cloudflare_api=double.address)
        yield plugin


def test_renamed_token_is_revoked_too(plugin: Plugin, double: CloudflareDouble) -> None:
    """A token that somebody renamed is found by the id that the state knows, so its removal removes it."""
    inputs, faults = plugin.check(TOKEN, given(double))
    identity, state = plugin.create(TOKEN, inputs)
    ours(double)[0].name = "renamed by hand"

    plugin.delete(TOKEN, identity, old=state)

    assert faults == []
    assert state["token_id"] not in double.state.tokens


def test_preview_of_a_change_says_what_stays(plugin: Plugin, double: CloudflareDouble) -> None:
    """Id and value stay as long as the value works; one that does not is made anew, so both are unknown."""
    inputs, _ = plugin.check(TOKEN, given(double))
    identity, state = plugin.create(TOKEN, inputs)
    wanted = {**inputs, "account_permissions": ["Pages Write"]}

    foreseen = plugin.update(TOKEN, identity, wanted, old=state, preview=True)
    dead = plugin.update(TOKEN, identity, wanted, old={**state, "value_works": False}, preview=True)
    made = plugin.update(TOKEN, identity, wanted, old=state)

    assert foreseen == made
    assert {**made, "token_id": Unknown(), "value": Unknown()} == dead
    assert [token.name for token in ours(double)] == [NAME]
