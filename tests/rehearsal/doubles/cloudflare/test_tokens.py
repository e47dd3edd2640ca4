"""Tokens: what is told once, what is refused, and what a token may do."""

import re
from collections.abc import Callable, Mapping

import httpx
import pytest
from pydantic import JsonValue

from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.permissions import ACCOUNT, BUCKET, OF_USER, ZONE, new_id
from rehearsal.doubles.cloudflare.state import Policy
from tests.rehearsal.doubles.cloudflare.asking import asking, fault

Body = dict[str, JsonValue]


def _policy(double: CloudflareDouble, name: str, scope: str, *resources: str) -> Body:
    group: JsonValue = {"id": double.state.group(name, scope)}
    return {"effect": "allow", "permission_groups": [group], "resources": dict.fromkeys(resources, "*")}


def _body(double: CloudflareDouble, account: str) -> Body:
    return {"name": "one", "policies": [_policy(double, "Pages Write", ACCOUNT, f"{ACCOUNT}.{account}")]}


def test_value_is_told_once(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """Making a token tells its value, reading and changing it do not; ids and values have the real shape."""
    place = f"/accounts/{account}/tokens"

    made = client.post(place, json=_body(double, account)).raise_for_status().json()["result"]
    read = client.get(f"{place}/{made['id']}").raise_for_status().json()["result"]
    listed = client.get(place).raise_for_status().json()["result"]
    changed = client.put(f"{place}/{made['id']}", json={**_body(double, account), "status": "disabled"})

    assert re.fullmatch(r"[0-9a-f]{32}", made["id"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{40}", made["value"])
    assert read == {key: value for key, value in made.items() if key != "value"}
    assert listed == [read]
    assert "value" not in changed.raise_for_status().json()["result"]
    assert changed.json()["result"]["status"] == "disabled"


def test_token_is_verified_and_renewed(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A token verifies itself where it belongs; its value can be renewed, and the old one is dead."""
    made = client.post(f"/accounts/{account}/tokens", json=_body(double, account)).json()["result"]
    with asking(double, made["value"]) as own:
        verified = own.get(f"/accounts/{account}/tokens/verify").raise_for_status().json()["result"]
        assert fault(own.get("/user/tokens/verify")) == (401, 1000, "Invalid API Token")
        renewed = client.put(f"/accounts/{account}/tokens/{made['id']}/value", json={}).json()["result"]
        assert fault(own.get(f"/accounts/{account}/tokens/verify")) == (401, 1000, "Invalid API Token")

    assert verified == {"id": made["id"], "status": "active"}
    assert renewed != made["value"]
    assert client.get("/user/tokens/verify").json()["result"]["id"] == double.first_token.id


def test_deleted_token_is_gone(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A deleted token is neither found nor believed."""
    place = f"/accounts/{account}/tokens"
    made = client.post(place, json=_body(double, account)).json()["result"]

    assert client.delete(f"{place}/{made['id']}").json()["result"] == {"id": made["id"]}

    assert fault(client.get(f"{place}/{made['id']}"))[0] == 404
    assert fault(client.delete(f"{place}/{made['id']}"))[0] == 404
    with asking(double, made["value"]) as own:
        assert fault(own.get(f"{place}/verify")) == (401, 1000, "Invalid API Token")


def test_list_has_pages(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """Lists come in pages, and say how many there are."""
    for number in range(5):
        client.post(f"/accounts/{account}/tokens", json={**_body(double, account), "name": str(number)})

    pages = [
        client.get(f"/accounts/{account}/tokens", params={"page": page, "per_page": 2}).json() for page in (1, 2, 3, 4)
    ]

    assert [[token["name"] for token in page["result"]] for page in pages] == [["0", "1"], ["2", "3"], ["4"], []]
    assert pages[2]["result_info"] == {"count": 1, "page": 3, "per_page": 2, "total_count": 5, "total_pages": 3}
    assert fault(client.get(f"/accounts/{account}/tokens", params={"per_page": 51}))[0] == 400


WRONG: Mapping[str, tuple[Callable[[CloudflareDouble, str], Body], str]] = {
    "unknown field": (lambda _double, _account: {"nam": "x"}, "nam: Extra inputs are not permitted"),
    "wrong type": (lambda _double, _account: {"name": 1}, "name: Input should be a valid string"),
    "no policies": (lambda _double, _account: {"policies": []}, "at least 1 item"),
    "long name": (lambda _double, _account: {"name": "x" * 121}, "at most 120"),
    "status": (lambda _double, _account: {"status": "active"}, "Status may not be set"),
    "date": (lambda _double, _account: {"expires_on": "tomorrow"}, "Expected a date"),
    "unknown group": (
        lambda _double, account: {"policies": [
            {"effect": "allow", "permission_groups": [{"id": "0" * 32}], "resources": {f"{ACCOUNT}.{account}": "*"}}
        ]},
        "Permission group with id 0+ not found",
    ),
    "policy's id": (
        lambda double, account: {"policies": [
            {"id": "0" * 32, **_policy(double, "Pages Write", ACCOUNT, f"{ACCOUNT}.{account}")}
        ]},
        "Reusing existing policies",
    ),
    "another scope": (
        lambda double, account: {"policies": [_policy(double, "DNS Write", ZONE, f"{ACCOUNT}.{account}")]},
        f'"DNS Write" is not for resources of {ACCOUNT}',
    ),
    "mixed scopes": (
        lambda double, account: {"policies": [
            _policy(double, "DNS Write", ZONE, f"{ACCOUNT}.{account}", f"{ZONE}.{double.state.zones[0].id}")
        ]},
        f'"DNS Write" is not for resources of {ACCOUNT}',
    ),
    "another account": (
        lambda double, _account: {"policies": [
            _policy(double, "Pages Write", ACCOUNT, f"{ACCOUNT}.{[*double.state.accounts][1]}")
        ]},
        "is not valid",
    ),
    "another's zone": (
        lambda double, _account: {"policies": [
            _policy(double, "DNS Write", ZONE, f"{ZONE}.{double.state.zones[2].id}")
        ]},
        "is not valid",
    ),
    "all zones": (
        lambda double, _account: {"policies": [_policy(double, "DNS Write", ZONE, f"{ZONE}.*")]},
        "Must nest zone under specific account resource",
    ),
    "another's bucket": (
        lambda double, _account: {"policies": [
            _policy(double, "Workers R2 Storage Bucket Item Read", BUCKET, f"{BUCKET}.{'0' * 32}_default_x")
        ]},
        "is not valid",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG.keys())
def test_body_is_refused(
    double: CloudflareDouble, client: httpx.Client, account: str, change: Callable[[CloudflareDouble, str], Body],
    message: str,
) -> None:  # fmt: skip
    """What the API would not take is refused, and nothing is made."""
    answer = client.post(f"/accounts/{account}/tokens", json={**_body(double, account), **change(double, account)})

    status, code, told = fault(answer)
    assert (status, code) == (400, 1001)
    assert re.search(message, told)
    assert [token.name for token in double.state.tokens.values()] == ["first"]


def test_authentication(double: CloudflareDouble, account: str) -> None:
    """No token, one of another shape, one that is unknown and one that is disabled are told apart."""
    place = f"/accounts/{account}/tokens"
    with asking(double, None) as nobody, asking(double, "short") as odd, asking(double, "x" * 40) as stranger:
        assert fault(nobody.get(place)) == (400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
        assert fault(odd.get(place)) == (400, 6003, "Invalid request headers")
        assert fault(stranger.get(place)) == (401, 1000, "Invalid API Token")
    double.first_token.status = "disabled"
    with asking(double, double.first_token.value) as disabled:
        assert fault(disabled.get(place)) == (403, 9109, "Invalid access token")
        assert disabled.get("/user/tokens/verify").json()["result"]["status"] == "disabled"


def test_token_may_do_what_its_policies_say(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A token without the permission for tokens reads none and makes none, and sees no zone."""
    made = client.post(f"/accounts/{account}/tokens", json=_body(double, account)).json()["result"]
    with asking(double, made["value"]) as own:
        for method, path in (
            ("GET", f"/accounts/{account}/tokens"), ("POST", f"/accounts/{account}/tokens"), ("GET", "/user/tokens"),
            ("GET", f"/accounts/{account}/tokens/permission_groups"),
        ):  # fmt: skip
            assert fault(own.request(method, path)) == (403, 9109, "Unauthorized to access requested resource")
        assert own.get("/zones").json()["result"] == []
        assert fault(own.get(f"/accounts/{account}/r2/buckets")) == (403, 10000, "Authentication error")


def test_token_of_another_owner(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """The user's tokens and those of another account are not found among an account's."""
    other = double.add_token([*double.state.accounts][1], "other", [])

    for token in (double.first_token, other):
        assert fault(client.get(f"/accounts/{account}/tokens/{token.id}"))[0] == 404
        assert fault(client.delete(f"/accounts/{account}/tokens/{token.id}"))[0] == 404


def test_token_that_is_bound_to_an_address(double: CloudflareDouble, account: str) -> None:
    """A token that is restricted is refused from here."""
    double.first_token.condition = {"request_ip": {"in": ["192.0.2.0/24"]}}

    with asking(double, double.first_token.value) as own:
        assert fault(own.get(f"/accounts/{account}/tokens")) == (403, 9109, "Invalid access token")


def test_what_is_denied_is_not_allowed(double: CloudflareDouble, account: str) -> None:
    """A policy that denies outweighs one that allows."""
    group = double.state.group("Account API Tokens Write", ACCOUNT)
    denied = Policy(id=new_id(), effect="deny", groups=[group], resources={f"{ACCOUNT}.{account}": "*"})
    double.first_token.policies.append(denied)

    with asking(double, double.first_token.value) as own:
        assert own.get(f"/accounts/{account}/tokens").status_code == 200
        assert fault(own.post(f"/accounts/{account}/tokens", json={}))[:2] == (403, 9109)


def test_permission_on_one_zone_must_be_the_maker_s_own(
    double: CloudflareDouble, client: httpx.Client, account: str
) -> None:
    """Who makes a token for one zone must have each permission there; for a bucket that is not asked."""
    rights = _policy(double, "Account API Tokens Write", ACCOUNT, f"{ACCOUNT}.{account}")
    maker = client.post(f"/accounts/{account}/tokens", json={"name": "maker", "policies": [rights]}).json()["result"]
    zone = _policy(double, "DNS Write", ZONE, f"{ZONE}.{double.state.zones[0].id}")
    bucket = _policy(double, "Workers R2 Storage Bucket Item Read", BUCKET, f"{BUCKET}.{account}_default_state")

    with asking(double, maker["value"]) as own:
        refused = own.post(f"/accounts/{account}/tokens", json={"name": "x", "policies": [zone]})
        taken = own.post(f"/accounts/{account}/tokens", json={"name": "y", "policies": [bucket]})

    assert "Failed common permission check" in fault(refused)[2]
    assert taken.status_code == 200


def test_permission_groups_are_listed(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """The list can be narrowed by name and scope; an account's list has nothing of users."""
    place = f"/accounts/{account}/tokens/permission_groups"

    everything = client.get(place).json()["result"]
    dns = client.get(place, params={"name": "DNS Write"}).json()["result"]
    logs = client.get(place, params={"name": "Logs Write", "scope": ZONE}).json()["result"]

    assert dns == [{"id": double.state.group("DNS Write", ZONE), "name": "DNS Write", "scopes": [ZONE]}]
    assert len({group["id"] for group in logs}) == 2
    assert not [group for group in everything if OF_USER in group["scopes"]]
    assert [
        group for group in client.get("/user/tokens/permission_groups").json()["result"] if OF_USER in group["scopes"]
    ]
