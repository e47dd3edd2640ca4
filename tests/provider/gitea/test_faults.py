"""A server or a line that fails: nothing is made twice, nothing is called gone that could not be asked for."""

import time
from collections.abc import Mapping

import httpx
import pytest

from provider.differences import differences
from provider.factory_error import FactoryError
from provider.gitea.api import GiteaApi
from provider.gitea_kinds.gitea_kind import GiteaKind
from provider.http.json_types import Object
from provider.values import Properties
from rehearsal.fault_proxy import Fault, FaultProxy
from tests.provider.gitea.conftest import ORGANIZATION, REPOSITORY, by_name
from tests.provider.gitea.lives import LIVES, Life

ATTEMPTS = 6
WRITES: Mapping[str, tuple[str, str]] = {
    "User": ("POST", "/admin/users"),
    "SshKey": ("POST", "/keys"),
    "ActionsSecret": ("PUT", "/FORGE_TOKEN"),
    "ActionsVariable": ("POST", "/FORGE_TOKEN"),
    "Team": ("POST", "/teams"),
    "TeamMembership": ("PUT", "/members/reader"),
    "BranchProtection": ("POST", "/branch_protections"),
    "Webhook": ("POST", "/hooks"),
    "OAuth2Application": ("POST", "/oauth2"),
}
"""Kind → the request that makes an object of it."""
LISTS: Mapping[str, tuple[str, str]] = {
    "webhook of a repository": (f"/repos/{REPOSITORY}/hooks", "url"),
    "OAuth2 application": ("/user/applications/oauth2", "name"),
}
"""Life → the list of the objects that Gitea itself lets exist twice."""
TEAM = f"/orgs/{ORGANIZATION}/teams"


def _checked(kind: GiteaKind, life: Life) -> Properties:
    return kind.check(life.inputs).inputs


@pytest.mark.parametrize("what", ["cut after", "fail after"])
@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_answer_lost_after_the_write(
    life: Life, what: str, spoiled: GiteaApi, proxy: FaultProxy, hand: httpx.Client
) -> None:
    """What the server made before the line was cut is found and taken over: the request is sent once, or harmless."""
    kind = by_name(spoiled)[life.kind]
    inputs = _checked(kind, life)
    method, path = WRITES[life.kind]
    proxy.faults.append(Fault(method=method, path=path, what="cut after" if what == "cut after" else "fail after"))

    state = kind.make(inputs, {})

    assert proxy.faults == []
    assert differences(state, inputs) == {}
    assert method == "PUT" or proxy.sent(method, path) == 1
    for listed in [LISTS[name] for name in LISTS if LIVES[name] is life]:
        assert hand.get(listed[0]).headers["X-Total-Count"] == "1"
    kind.delete(life.identity)
    assert kind.read(life.identity, inputs, state) is None


@pytest.mark.parametrize("life", [LIVES[name] for name in LISTS], ids=LISTS.keys())
def test_run_that_ends_after_the_write(life: Life, spoiled: GiteaApi, proxy: FaultProxy, hand: httpx.Client) -> None:
    """A run that made an object and could not know it leaves one; the next run takes it over."""
    kind = by_name(spoiled)[life.kind]
    inputs = _checked(kind, life)
    spoiled.find("/user")
    method, path = WRITES[life.kind]
    listed = next(LISTS[name][0] for name in LISTS if LIVES[name] is life)
    # The object is looked for once or twice before it is made, and from then on in vain.
    before = 2 if life.kind == "Webhook" else 1
    proxy.after(before, [Fault(method="GET", path=path, what="cut before") for _ in range(ATTEMPTS)])
    proxy.faults.append(Fault(method=method, path=path, what="cut after"))

    with pytest.raises(FactoryError, match="gave no answer to GET"):
        kind.make(inputs, {})
    assert hand.get(listed).headers["X-Total-Count"] == "1"
    state = kind.make(inputs, {})

    assert differences(state, inputs) == {}
    assert hand.get(listed).headers["X-Total-Count"] == "1"
    kind.delete(life.identity)


def test_too_many_requests(spoiled: GiteaApi, proxy: FaultProxy) -> None:
    """A refusal for now is no refusal: the request waits as long as the server asks, and is sent again."""
    proxy.faults.append(Fault(method="GET", path=ORGANIZATION, what="refuse", status=429, retry_after="1"))
    begin = time.monotonic()

    found = spoiled.find(f"/orgs/{ORGANIZATION}")

    assert found is not None
    assert time.monotonic() - begin >= 1
    assert proxy.sent("GET", ORGANIZATION) == 2


def test_too_many_requests_before_a_write(spoiled: GiteaApi, proxy: FaultProxy) -> None:
    """The server has not done what it refuses for now: it is asked again without looking."""
    proxy.faults.append(Fault(method="POST", path="/teams", what="refuse", status=429))
    body: Object = {"name": "waited-for", "permission": "none", "units_map": {"repo.code": "read"}}

    made = spoiled.send("POST", TEAM, body)

    assert proxy.sent("POST", "/teams") == 2
    spoiled.delete(f"/teams/{made['id']}")


@pytest.mark.parametrize("what", ["refuse", "cut before"])
def test_passing_fault(what: str, spoiled: GiteaApi, proxy: FaultProxy) -> None:
    """A question is asked again after a fault of the server or of the line."""
    fault = Fault(method="GET", path=ORGANIZATION, what="refuse" if what == "refuse" else "cut before", status=502)
    proxy.faults += [fault] * (ATTEMPTS - 1)

    assert spoiled.find(f"/orgs/{ORGANIZATION}") is not None

    assert proxy.sent("GET", ORGANIZATION) == ATTEMPTS


def test_lasting_fault(spoiled: GiteaApi, proxy: FaultProxy) -> None:
    """After the last attempt the fault is told, and nothing is called gone."""
    proxy.faults += [Fault(method="GET", path=ORGANIZATION, what="refuse", status=500)] * ATTEMPTS

    with pytest.raises(FactoryError, match=rf"^Gitea answered 500 to GET /api/v1/orgs/{ORGANIZATION}: as told$"):
        spoiled.find(f"/orgs/{ORGANIZATION}")

    assert proxy.sent("GET", ORGANIZATION) == ATTEMPTS


def test_slow_answer(spoiled: GiteaApi, proxy: FaultProxy) -> None:
    """An answer that comes too late is a lost one: the question is asked again."""
    proxy.faults.append(Fault(method="GET", path=ORGANIZATION, what="slow", seconds=1.5))

    assert spoiled.find(f"/orgs/{ORGANIZATION}") is not None

    assert proxy.sent("GET", ORGANIZATION) == 2


def test_nobody_listens(spoiled: GiteaApi, proxy: FaultProxy, gitea_down: str) -> None:
    """A server that is not there is an error that says so."""
    del proxy
    with pytest.raises(FactoryError, match=rf"could not connect to Gitea at {gitea_down}.*nothing is assumed"):
        GiteaApi(spoiled.address.__class__(url=gitea_down, ca=spoiled.address.ca), waits=[0.0]).find("/user")
