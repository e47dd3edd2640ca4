"""Cloudflare's API token, asked of the double."""

import copy
from collections.abc import Iterator, Sequence

import pytest

from ops.credentials.asking import Place
from ops.credentials.cloudflare import check_cloudflare
from ops.credentials.finding import Finding, State
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.permissions import ACCOUNT, ZONE, new_id
from rehearsal.doubles.cloudflare.state import USER, Policy
from rehearsal.doubles.fault import Fault
from rehearsal.servers.free_port import free_port

COMPANY, OTHER, DOMAIN = "company", "other", "example.org"
MAKER = ((ACCOUNT, "Account API Tokens Write"), (ACCOUNT, "Workers R2 Storage Write"), (ZONE, "Zone Read"))


@pytest.fixture
def double() -> Iterator[CloudflareDouble]:
    """Run a double with two accounts."""
    with CloudflareDouble({COMPANY: [DOMAIN], OTHER: []}) as double:
        yield double


def _token(
    double: CloudflareDouble, rights: Sequence[tuple[str, str]], *, owner: str = USER, account: str = "*"
) -> str:
    policies = [
        Policy(
            id=new_id(), effect="allow", groups=[double.state.group(name, scope)],
            resources={f"{scope}.{account if scope == ACCOUNT else '*'}": "*"},
        )
        for scope, name in rights
    ]  # fmt: skip
    return double.add_token(owner, "by hand", policies).value


def _asked(
    double: CloudflareDouble, token: str, *, account: str | None = COMPANY, zones: Sequence[str] = (DOMAIN,)
) -> Finding:
    environment = {"CLOUDFLARE_API_TOKEN": token}
    return check_cloudflare(
        Place(url=double.address), environment=environment, account=account, zones=zones, buckets=True
    )


def test_a_token_that_may_do_what_is_needed(double: CloudflareDouble) -> None:
    """No more is asked for than the page says, and nothing is changed by the question."""
    token = _token(double, MAKER)
    before = copy.deepcopy(double.state)

    found = _asked(double, token)

    assert (found.state, found.found) == (State.OK, f"account {COMPANY}")
    assert double.state == before


def test_the_only_account_needs_no_name() -> None:
    """With one account there is nothing to choose."""
    with CloudflareDouble({COMPANY: [DOMAIN]}) as double:
        assert _asked(double, _token(double, MAKER), account=None).found == f"account {COMPANY}"


def test_nothing_is_set(double: CloudflareDouble) -> None:
    """The variable is named, and nobody is asked."""
    found = _asked(double, "")

    assert (found.state, found.found) == (State.MISSING, "CLOUDFLARE_API_TOKEN is not set")
    assert not double.requests


@pytest.mark.parametrize(
    ("token", "state"), [("too-short", State.MALFORMED), ("A" * 40, State.REFUSED)], ids=["no token", "an unknown one"]
)
def test_a_token_that_cloudflare_does_not_know(double: CloudflareDouble, token: str, state: State) -> None:
    """What cannot be a token is told apart from one that was deleted; neither is repeated."""
    found = _asked(double, token)

    assert found.state is state
    assert token not in found.found + found.helps


@pytest.mark.parametrize("status", ["disabled", "expired"])
def test_a_token_that_lives_no_more(double: CloudflareDouble, status: str) -> None:
    """Disabled and expired are told by Cloudflare itself."""
    value = _token(double, MAKER)
    next(one for one in double.state.tokens.values() if one.value == value).status = status

    found = _asked(double, value)

    assert (found.state, found.found) == (State.EXPIRED, f"the token is {status}")


def test_a_token_of_an_account(double: CloudflareDouble) -> None:
    """A token that belongs to an account may not ask which accounts there are."""
    account = next(iter(double.state.accounts))

    assert _asked(double, _token(double, MAKER, owner=account)).state is State.REFUSED


def test_several_accounts_and_none_named(double: CloudflareDouble) -> None:
    """Nothing is chosen by chance; what the token sees is told."""
    found = _asked(double, _token(double, MAKER), account=None)

    assert (found.state, found.found) == (State.WRONG_ACCOUNT, "expected one account, the token sees: company, other")


def test_another_account(double: CloudflareDouble) -> None:
    """A good token for somebody else is the wrong one."""
    found = _asked(double, _token(double, MAKER), account="unheard-of")

    assert found.state is State.WRONG_ACCOUNT
    assert found.found.startswith("expected the account unheard-of, the token sees: ")


@pytest.mark.parametrize(
    ("rights", "lacking"),
    [
        (MAKER[1:], "Account API Tokens Write"),
        ((MAKER[0], MAKER[2]), "Workers R2 Storage Write"),
        (((ACCOUNT, "Account API Tokens Read"), *MAKER[1:]), "Account API Tokens Write"),
        ((MAKER[0], (ACCOUNT, "Workers R2 Storage Read"), MAKER[2]), "Workers R2 Storage Write"),
    ],
)
def test_a_token_that_may_too_little(double: CloudflareDouble, rights: Sequence[tuple[str, str]], lacking: str) -> None:
    """The permission is named; one that may only read is not enough."""
    found = _asked(double, _token(double, rights))

    assert (found.state, found.found) == (
        State.NO_PERMISSION,
        f"the token lacks the permission {lacking} on the account company",
    )


def test_rights_on_another_account(double: CloudflareDouble) -> None:
    """The permissions must be ones on the account that is meant, also where both accounts are seen."""
    ids = {name: identity for identity, name in double.state.accounts.items()}
    token = _token(double, MAKER, account=ids[OTHER])
    seen = Policy(
        id=new_id(), effect="allow", groups=[double.state.group("Account Settings Read", ACCOUNT)],
        resources={f"{ACCOUNT}.{ids[COMPANY]}": "*"},
    )  # fmt: skip
    next(one for one in double.state.tokens.values() if one.value == token).policies.append(seen)

    found = _asked(double, token)

    lacking = "Account API Tokens Write, Workers R2 Storage Write"
    assert found.state is State.NO_PERMISSION
    assert found.found == f"the token lacks the permission {lacking} on the account company"


def test_a_zone_that_is_not_seen(double: CloudflareDouble) -> None:
    """A zone of the settings must be there."""
    found = _asked(double, _token(double, MAKER), zones=[DOMAIN, "example.com"])

    assert (found.state, found.found) == (State.NO_PERMISSION, "the token does not see the zone example.com")


@pytest.mark.parametrize(
    "fault", [Fault(kind="cut before"), Fault(kind="fail before", status=503), Fault(kind="too many requests")]
)
def test_cloudflare_gives_no_answer(double: CloudflareDouble, fault: Fault) -> None:
    """What says nothing about the token is not called a fault of it."""
    double.fault(fault)

    assert _asked(double, _token(double, MAKER)).state is State.UNREACHABLE


def test_nobody_is_there() -> None:
    """No server is not a fault of the token."""
    place = Place(url=f"http://127.0.0.1:{free_port()}")
    given = {"CLOUDFLARE_API_TOKEN": "A" * 40}

    found = check_cloudflare(place, environment=given, account=None, zones=[], buckets=False)

    assert found.state is State.UNREACHABLE
