"""Accounts, zones and paths that there are not."""

import httpx
import pytest

from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.fault import Fault
from tests.rehearsal.doubles.cloudflare.asking import asking, fault
from tests.rehearsal.doubles.cloudflare.conftest import ZONE_NAME


def test_accounts_are_listed_to_users_alone(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A user's token sees its accounts; an account's own token may not ask, as the real API has it."""
    owned = double.add_token(account, "owned", double.first_token.policies)

    assert [found["name"] for found in client.get("/accounts").json()["result"]] == ["ours", "theirs"]
    assert [found["id"] for found in client.get("/accounts", params={"name": "ours"}).json()["result"]] == [account]
    with asking(double, owned.value) as own:
        told = "List accounts endpoint does not support account owned tokens."
        assert fault(own.get("/accounts")) == (400, 1001, told)


def test_zones_are_found_by_name_and_account(double: CloudflareDouble, client: httpx.Client, account: str) -> None:
    """A zone is found by its whole name, in its account."""
    (found,) = client.get("/zones", params={"name": ZONE_NAME}).json()["result"]

    assert found["id"] == double.state.zones[0].id
    assert found["account"] == {"id": account, "name": "ours"}
    assert client.get("/zones", params={"name": "example"}).json()["result"] == []
    assert client.get("/zones", params={"name": "example.com", "account.id": account}).json()["result"] == []
    assert len(client.get("/zones").json()["result"]) == 3


@pytest.mark.parametrize("path", ["/zone", "/accounts/x/tokens", "/accounts/x/y", "/user/tokens/a/b", "/../../x"])
def test_unknown_path(client: httpx.Client, path: str) -> None:
    """What the API does not have is refused in its form."""
    assert fault(client.get(path))[0] in {400, 404}


def test_fault_has_cloudflare_s_form(double: CloudflareDouble, client: httpx.Client) -> None:
    """Faults that are told look like all others."""
    double.fault(Fault(kind="too many requests", retry_after="7"))

    answer = client.get("/zones")

    assert fault(answer) == (429, 10100, "as told")
    assert answer.headers["Retry-After"] == "7"
