"""A real Gitea with an organisation, two repositories and a few users, and a proxy before it."""

from collections.abc import Iterator

import httpx
import pytest

from provider.gitea.address import TOKEN_VARIABLE, GiteaAddress
from provider.gitea.api import GiteaApi
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.gitea_kinds.kinds import gitea_kinds
from provider.http.waiting import WAITS
from rehearsal.fault_proxy import FaultProxy
from rehearsal.servers.free_port import free_port
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

ORGANIZATION = "arcodange-org"
REPOSITORY = f"{ORGANIZATION}/erp"
ANOTHER_REPOSITORY = f"{ORGANIZATION}/modules"
USERS = ("writer", "reader")
# So few that every list in these tests has a second page.
PAGE = 2


@pytest.fixture(scope="session")
def gitea() -> Iterator[GiteaServer]:
    """Run one Gitea for all tests."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "postgresql") as database,
        GiteaServer(database, folder=folder / "gitea", page=PAGE) as server,
    ):
        with server.client() as hand:
            _fill(hand)
        yield server


def _fill(hand: httpx.Client) -> None:
    """Make what the resources are about."""
    hand.post("/orgs", json={"username": ORGANIZATION}).raise_for_status()
    for place in (REPOSITORY, ANOTHER_REPOSITORY):
        new = {"name": place.partition("/")[2], "private": True, "auto_init": True}
        hand.post(f"/orgs/{ORGANIZATION}/repos", json=new).raise_for_status()
    for name in USERS:
        new = {"username": name, "email": f"{name}@example.org", "password": f"{name}-password"}
        hand.post("/admin/users", json={**new, "must_change_password": False}).raise_for_status()
    hand.put(f"/repos/{REPOSITORY}/collaborators/writer", json={"permission": "write"}).raise_for_status()


@pytest.fixture
def hand(gitea: GiteaServer) -> Iterator[httpx.Client]:
    """Give what an administrator does by hand."""
    with gitea.client() as client:
        yield client


@pytest.fixture
def proxy(gitea: GiteaServer) -> Iterator[FaultProxy]:
    """Stand before the server."""
    with FaultProxy(gitea.url, trust=gitea.authority.root, authority=gitea.authority) as proxy:
        yield proxy


@pytest.fixture
def api(gitea: GiteaServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[GiteaApi]:
    """Give the server as our provider sees it."""
    monkeypatch.setenv(TOKEN_VARIABLE, gitea.token)
    api = GiteaApi(GiteaAddress(url=gitea.url, ca=gitea.authority.root))
    yield api
    api.close()


@pytest.fixture
def spoiled(gitea: GiteaServer, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[GiteaApi]:
    """Give the server behind the proxy, with the same number of attempts and no patience."""
    monkeypatch.setenv(TOKEN_VARIABLE, gitea.token)
    waits = [wait / 100 for wait in WAITS]
    address = GiteaAddress(url=proxy.url, ca=gitea.authority.root)
    api = GiteaApi(address, waits=waits, times=httpx.Timeout(1, connect=10))
    yield api
    api.close()


@pytest.fixture
def gitea_down() -> str:
    """Give the address of a server that is not there."""
    return f"https://127.0.0.1:{free_port()}"


@pytest.fixture
def kinds(api: GiteaApi) -> dict[str, GiteaKind]:
    """Give the types by the last part of their token."""
    return by_name(api)


def by_name(api: GiteaApi) -> dict[str, GiteaKind]:
    """Return the types by the last part of their token."""
    return {token.rpartition(":")[2]: kind for token, kind in gitea_kinds(api).items()}
