"""The provider's process on a real Gitea, as an engine speaks to it."""

from collections.abc import Iterator

import grpc
import pytest

from provider.gitea.address import TOKEN_VARIABLE
from provider.values import Properties, Unknown
from rehearsal.servers.gitea import GiteaServer
from tests.postgres.plugin import Plugin
from tests.provider.gitea.conftest import ORGANIZATION

SECRET = "factory:gitea:ActionsSecret"  # noqa: S105 - the type of a resource
USER = "factory:gitea:User"
PRODUCTION = "https://gitea.arcodange.lab"


@pytest.fixture
def bare() -> Iterator[Plugin]:
    """Start the provider without a token."""
    with Plugin({}) as plugin:
        yield plugin


@pytest.fixture
def told() -> Iterator[Plugin]:
    """Start the provider with a token, and no server to use it on."""
    with Plugin({TOKEN_VARIABLE: "x"}) as plugin:
        yield plugin


@pytest.mark.parametrize("url", [PRODUCTION, "https://GITEA.arcodange.lab:443/x", "https://192.168.1.202:3000"])
def test_production_is_refused(bare: Plugin, url: str) -> None:
    """A run that did not ask for production is kept from its Gitea, in any spelling."""
    with pytest.raises(grpc.RpcError, match=r"gitea_url of the provider `factory`: .* is production"):
        bare.configure(gitea_url=url)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"gitea_ulr": "https://x.example"}, "did you mean 'gitea_url'"),
        ({"gitea_ca": "x"}, "gitea_url: missing"),
        ({"gitea_url": ""}, "gitea_url: of the wrong type or empty"),
        ({"gitea_url": "http://x.example"}, "expected an address such as https"),
        ({"gitea_url": "https://x.example", "host": "x"}, "port: missing"),
    ],
)
def test_configuration_is_refused(told: Plugin, given: dict[str, str], part: str) -> None:
    """Each system is given whole or not at all, and without a typo."""
    with pytest.raises(grpc.RpcError) as error:
        told.configure(**given)

    assert part in str(error.value.details())


def test_preview_needs_no_server(told: Plugin) -> None:
    """Checking, comparing and previewing contact nothing."""
    told.configure(gitea_url="https://127.0.0.1:1")
    given: Properties = {"place": ORGANIZATION, "name": "NAME", "value": Unknown()}

    checked, faults = told.check(SECRET, given)

    assert faults == []
    assert told.create(SECRET, checked, preview=True)[1] == checked


def test_another_name_is_another_object(told: Plugin) -> None:
    """A new name replaces the object, the old one first; a new value changes it."""
    told.configure(gitea_url="https://127.0.0.1:1")
    old: Properties = {"place": ORGANIZATION, "name": "NAME", "value": "x", "description": "", "digest": "d"}

    renamed = told.diff(SECRET, old, {**old, "name": "OTHER"})
    changed = told.diff(SECRET, old, {"place": ORGANIZATION, "name": "NAME", "value": "y", "description": ""})

    assert list(renamed.replaces) == ["name"]
    assert renamed.deleteBeforeReplace
    assert list(changed.replaces) == []
    assert list(changed.diffs) == ["value"]


def test_life(gitea: GiteaServer) -> None:
    """Made, read, read by its id alone, taken away: over the protocol, with a token from the environment alone."""
    with Plugin({TOKEN_VARIABLE: gitea.token}) as plugin:
        plugin.configure(gitea_url=gitea.url, gitea_ca=gitea.authority.root)
        inputs, _ = plugin.check(USER, {"username": "plugged", "email": "plugged@example.org"})

        identity, made = plugin.create(USER, inputs)

        assert (identity, made) == ("plugged", {**inputs, "account": made["account"], "created": made["created"]})
        assert plugin.read(USER, identity, inputs) == (identity, inputs)
        assert plugin.read(USER, identity, {}) == (identity, inputs)
        plugin.delete(USER, identity)
        assert plugin.read(USER, identity, inputs) == ("", {})
        with pytest.raises(grpc.RpcError) as error:
            plugin.create(SECRET, {"place": "nobody", "name": "NAME", "value": "hunter2", "description": ""})
        assert "Gitea answered 404" in str(error.value.details())
        assert "hunter2" not in str(error.value)
