"""The double of OVH is as strict as OVH."""

import hashlib
import time
from collections.abc import Iterator

import httpx
import pytest

from provider.ovh.signature import OvhSignature
from rehearsal.doubles.fault import Fault
from rehearsal.doubles.ovh.ovh_double import OvhDouble

ZONE = "example.org"
NEW_CLIENT = {"name": "cms-1", "description": "name servers", "flow": "CLIENT_CREDENTIALS", "callbackUrls": []}


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[OvhDouble]:
    """Run a double, with its credentials in the environment."""
    with OvhDouble(domains=(ZONE, "other.org")) as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


@pytest.fixture
def client(double: OvhDouble) -> Iterator[httpx.Client]:
    """Ask it as the application."""
    with httpx.Client(base_url=double.origin, auth=OvhSignature(ahead=0), trust_env=False) as client:
        yield client


def _policy(identity: str, *actions: str) -> dict[str, object]:
    return {
        "name": "cms", "identities": [identity], "permissions": {"allow": [{"action": action} for action in actions]},
        "resources": [{"urn": f"urn:v1:eu:resource:domain:{ZONE}"}],
    }  # fmt: skip


def _let_in(double: OvhDouble, made: dict[str, str]) -> httpx.Client:
    form = {
        "grant_type": "client_credentials", "client_id": made["clientId"], "client_secret": made["clientSecret"],
        "scope": "all",
    }  # fmt: skip
    told = httpx.post(double.token_address, data=form, trust_env=False).raise_for_status().json()
    return httpx.Client(
        base_url=double.address, headers={"Authorization": f"Bearer {told['access_token']}"}, trust_env=False
    )


def test_signature_is_checked(double: OvhDouble) -> None:
    """Each part of a signed request counts: without one, or with another one, nobody is let in."""
    state, now, url = double.state, str(int(time.time())), f"{double.address}/me/api/oauth2/client"

    def headers(**changed: str) -> dict[str, str]:
        told = {"secret": state.application_secret, "method": "GET", "url": url, "now": now, **changed}
        parts = [told["secret"], state.consumer_key, told["method"], told["url"], "", told["now"]]
        return {
            "X-Ovh-Application": told.get("application", state.application_key), "X-Ovh-Timestamp": told["now"],
            "X-Ovh-Consumer": told.get("consumer", state.consumer_key),
            "X-Ovh-Signature": "$1$" + hashlib.sha1("+".join(parts).encode()).hexdigest(),  # noqa: S324 - OVH's method
        }  # fmt: skip

    def asked(sent: dict[str, str]) -> tuple[int, str]:
        answer = httpx.get(url, headers=sent, trust_env=False)
        content = answer.json()
        return answer.status_code, content["errorCode"] if isinstance(content, dict) else ""

    assert asked(headers()) == (200, "")
    assert asked({}) == (401, "NOT_CREDENTIAL")
    assert asked(headers(application="another")) == (403, "INVALID_KEY")
    assert asked(headers(consumer="another")) == (403, "INVALID_CREDENTIAL")
    assert asked(headers(secret="another")) == (400, "INVALID_SIGNATURE")  # noqa: S106 - throw-away
    assert asked(headers(method="POST")) == (400, "INVALID_SIGNATURE")
    assert asked(headers(url=double.address)) == (400, "INVALID_SIGNATURE")
    assert asked(headers(now="1000000000")) == (400, "QUERY_TIME_OUT")


def test_client_lives_its_life(double: OvhDouble, client: httpx.Client) -> None:
    """A client is made, listed, shown without its secret, changed and deleted; two may have one name."""
    made = client.post("/1.0/me/api/oauth2/client", json=NEW_CLIENT).raise_for_status().json()
    client.post("/1.0/me/api/oauth2/client", json=NEW_CLIENT).raise_for_status()
    place = f"/1.0/me/api/oauth2/client/{made['clientId']}"
    assert made["clientId"] in client.get("/1.0/me/api/oauth2/client").json()

    shown = client.get(place).json()
    assert shown["identity"] == f"urn:v1:eu:identity:credential:{double.state.account}/oauth2-{made['clientId']}"
    assert made["clientSecret"] not in str(shown)
    client.put(place, json={"name": "cms-1", "description": "other", "callbackUrls": []}).raise_for_status()
    assert client.get(place).json()["description"] == "other"
    client.delete(place).raise_for_status()

    gone = client.get(place)
    assert (gone.status_code, gone.json()["class"]) == (404, "Client::NotFound")
    assert len(double.state.clients) == 1


@pytest.mark.parametrize(
    "wrong", [{"colour": "red"}, {"description": 7}, {"flow": "PASSWORD"}, {"flow": "AUTHORIZATION_CODE"}]
)
def test_unknown_fields_and_wrong_types_are_refused(
    double: OvhDouble, client: httpx.Client, wrong: dict[str, object]
) -> None:
    """What OVH does not know is refused, and nothing is made."""
    refused = client.post("/1.0/me/api/oauth2/client", json={**NEW_CLIENT, **wrong})

    assert (refused.status_code, refused.json()["class"]) == (400, "Client::BadRequest")
    assert double.state.clients == {}


def test_client_may_do_what_a_policy_says(double: OvhDouble, client: httpx.Client) -> None:
    """Without a policy it may nothing; with one exactly that; deleted, its token is worth nothing."""
    made = client.post("/1.0/me/api/oauth2/client", json=NEW_CLIENT).json()
    with _let_in(double, made) as itself:
        body = {"nameServers": [{"host": "ada.ns.test"}]}
        before = itself.post(f"/domain/{ZONE}/nameServers/update", json=body)
        identity = double.state.identity(made["clientId"])
        client.post("/v2/iam/policy", json=_policy(identity, "domain:apiovh:nameServer/edit")).raise_for_status()
        after = itself.post(f"/domain/{ZONE}/nameServers/update", json=body)
        others = [
            itself.post("/domain/other.org/nameServers/update", json=body), itself.put(f"/domain/{ZONE}", json={}),
            itself.get(f"/domain/{ZONE}/authInfo"), itself.get("/me/api/oauth2/client"),
        ]  # fmt: skip
        client.delete(f"/1.0/me/api/oauth2/client/{made['clientId']}").raise_for_status()
        dead = itself.post(f"/domain/{ZONE}/nameServers/update", json=body)

    assert before.status_code == 403
    assert before.json()["details"]["unauthorizedActionsByIAM"] == "domain:apiovh:nameServer/edit"
    assert after.status_code == 200
    assert double.state.domains[ZONE].name_servers == ["ada.ns.test"]
    assert [one.status_code for one in others] == [403] * 4
    assert dead.status_code == 401


def test_policies_are_checked_and_paged(double: OvhDouble, client: httpx.Client) -> None:
    """Names exist once, identities must exist, and a list has pages."""
    for number in range(3):
        named = {**_policy(double.state.owner(), "domain:apiovh:get"), "name": f"policy {number}"}
        client.post("/v2/iam/policy", json=named).raise_for_status()

    assert client.post("/v2/iam/policy", json={**_policy(double.state.owner()), "name": "policy 1"}).status_code == 409
    unknown = client.post("/v2/iam/policy", json=_policy(double.state.identity("EU.nobody"), "domain:apiovh:get"))
    assert unknown.status_code == 400
    assert client.post("/v2/iam/policy", json={**_policy(double.state.owner()), "x": 1}).status_code == 400
    first = client.get("/v2/iam/policy", headers={"X-Pagination-Size": "2"})
    rest = client.get(
        "/v2/iam/policy",
        headers={"X-Pagination-Size": "2", "X-Pagination-Cursor": first.headers["X-Pagination-Cursor-Next"]},
    )
    assert (len(first.json()), len(rest.json())) == (2, 1)
    assert "X-Pagination-Cursor-Next" not in rest.headers


def test_faults_are_told_as_ovh_tells_them(double: OvhDouble, client: httpx.Client) -> None:
    """A failure that the double was told to have looks like one of OVH's."""
    double.fault(Fault(kind="fail before", status=500))

    assert client.get("/1.0/me/api/oauth2/client").json() == {
        "class": "Server::InternalServerError", "message": "as told",
    }  # fmt: skip
