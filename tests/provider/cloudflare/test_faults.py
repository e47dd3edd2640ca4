"""A server or a line that fails: one token at most, and nothing is called gone that could not be asked for."""

import httpx
import pytest

from provider.cloudflare.api import TOKEN_VARIABLE, CloudflareApi
from provider.cloudflare.api_token_kind import ApiTokenKind
from provider.cloudflare.refusal import refusal
from provider.differences import differences
from provider.factory_error import FactoryError
from rehearsal.doubles.cloudflare.cloudflare_double import CloudflareDouble
from rehearsal.doubles.cloudflare.permissions import ACCOUNT
from rehearsal.doubles.fault import Fault, Kind
from tests.provider.cloudflare.wanted import ours, wanted

TOKENS = r"/client/v4/accounts/[0-9a-f]{32}/tokens"
ONE = rf"{TOKENS}/[0-9a-f]{{32}}"


@pytest.mark.parametrize("what", ["cut after", "fail after", "cut before", "fail before", "slow"])
def test_answer_that_is_lost(kind: ApiTokenKind, double: CloudflareDouble, what: Kind) -> None:
    """What a lost answer has left is removed before another token is made: one remains, whose value is known."""
    double.fault(Fault(kind=what, method="POST", path=TOKENS, seconds=1))
    inputs = wanted(kind, double)

    state = kind.make(inputs, {})

    (token,) = ours(double)
    assert token.value == state["value"]
    assert double.faults == []
    assert double.sent("POST", TOKENS) == 2
    assert double.sent("DELETE", ONE) == (0 if what.endswith("before") else 1)
    assert differences(state, inputs) == {}


def test_lost_answer_about_a_token_that_is_shown_late(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """The token of the lost answer is not shown yet when it is looked for: it is removed after the second is made."""
    double.fault(Fault(kind="cut after", method="POST", path=TOKENS, reads=1))

    state = kind.make(wanted(kind, double), {})

    assert [token.value for token in ours(double)] == [state["value"]]
    assert double.sent("POST", TOKENS) == 2


def test_lost_answer_about_a_token_that_is_shown_much_later(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """It is not shown until the run is over: the next refresh sees two, and the next run leaves the known one."""
    double.fault(Fault(kind="cut after", method="POST", path=TOKENS, reads=2))
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    assert len(ours(double)) == 2

    found = kind.read(kind.identity(inputs), inputs, state)

    assert found is not None
    assert {*differences(found.outputs, inputs)} == {"copies"}
    assert kind.make(inputs, found.outputs) == state
    assert [token.value for token in ours(double)] == [state["value"]]


def test_run_that_ended_after_the_write(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A run that was cut after the write leaves a token in no state; the next one removes it and makes its own."""
    for _ in range(6):
        double.fault(Fault(kind="cut after", method="POST", path=TOKENS))
    inputs = wanted(kind, double)
    with pytest.raises(FactoryError, match="gave no answer to POST"):
        kind.make(inputs, {})
    (left,) = ours(double)

    state = kind.make(inputs, {})

    (token,) = ours(double)
    assert token.id != left.id
    assert token.value == state["value"]


def test_server_that_shows_late(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token that is not shown yet right after it was made is made once: the answer tells all of it."""
    double.fault(Fault(kind="stale reads", method="POST", path=TOKENS, reads=3))
    inputs = wanted(kind, double)

    state = kind.make(inputs, {})

    assert [token.value for token in ours(double)] == [state["value"]]


def test_removed_token_that_is_still_shown(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A removal is believed when the token is no longer shown, and not before."""
    inputs = wanted(kind, double)
    kind.make(inputs, {})
    double.fault(Fault(kind="stale reads", method="DELETE", path=ONE, reads=3))

    kind.delete(kind.identity(inputs))

    assert ours(double) == []
    assert double.sent("GET", ONE) == 4


def test_removed_token_that_never_goes(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token that stays is an error, not a success."""
    inputs = wanted(kind, double)
    kind.make(inputs, {})
    double.fault(Fault(kind="stale reads", method="DELETE", path=ONE, reads=1000))

    with pytest.raises(FactoryError, match="says that it is removed, and still shows it"):
        kind.delete(kind.identity(inputs))


def test_too_many_requests(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A refusal for now is waited for, also before a write, which was not done."""
    double.fault(Fault(kind="too many requests", method="POST", times=3, retry_after="0"))

    kind.make(wanted(kind, double), {})

    assert len(ours(double)) == 1
    assert double.sent("POST", TOKENS) == 4


@pytest.mark.parametrize("what", ["fail before", "cut before", "slow"])
def test_passing_fault(kind: ApiTokenKind, double: CloudflareDouble, what: Kind) -> None:
    """A question is asked again."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    double.fault(Fault(kind=what, method="GET", path=TOKENS, times=2, seconds=1))

    assert kind.read(kind.identity(inputs), inputs, state) is not None

    assert double.faults == []


def test_lasting_fault_is_not_gone(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Could not ask is never gone."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    double.fault(Fault(kind="fail before", method="GET", path=TOKENS, times=6, status=503))

    with pytest.raises(FactoryError, match=r"^Cloudflare answered 503 to GET /client/v4/accounts/.*/tokens: as told"):
        kind.read(kind.identity(inputs), inputs, state)


def test_token_that_may_not(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A token without the right to read tokens is told so: nothing is called gone."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    double.first_token.policies.clear()

    with pytest.raises(FactoryError, match=r"403 .*Unauthorized to access .* \(9109\)\. Expected CLOUDFLARE_API_TOKEN"):
        kind.read(kind.identity(inputs), inputs, state)


def test_token_that_may_only_read(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """A removal that is refused is no removal."""
    inputs = wanted(kind, double)
    kind.make(inputs, {})
    double.first_token.policies[0].groups = [double.state.group("Account API Tokens Read", ACCOUNT)]

    with pytest.raises(FactoryError, match=r"403 to DELETE"):
        kind.delete(kind.identity(inputs))

    assert len(ours(double)) == 1


def test_secrets_are_taken_out_of_a_refusal() -> None:
    """Whatever Cloudflare repeats of what was sent, a secret is not in the text."""
    request = httpx.Request("GET", "https://api.example.org/client/v4/zones")
    answer = httpx.Response(400, json={"errors": [{"code": 6003, "message": "no hunter2"}]}, request=request)

    told = str(refusal(answer, ["hunter2", ""]))

    assert told == "Cloudflare answered 400 to GET /client/v4/zones: no [secret] (6003)"


def test_token_that_is_not_valid(kind: ApiTokenKind, double: CloudflareDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that Cloudflare does not know is named by its variable, never by its text."""
    monkeypatch.setenv(TOKEN_VARIABLE, "0123456789" * 4)

    with pytest.raises(FactoryError, match=r"401 .*CLOUDFLARE_API_TOKEN is not valid") as error:
        kind.make(wanted(kind, double), {})

    assert "0123456789" not in str(error.value)


def test_token_is_missing(kind: ApiTokenKind, double: CloudflareDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named before anything is asked."""
    monkeypatch.delenv(TOKEN_VARIABLE)

    with pytest.raises(FactoryError, match=r"CLOUDFLARE_API_TOKEN is not set\. Expected a token that may make tokens"):
        kind.make(wanted(kind, double), {})

    assert double.requests == []


@pytest.mark.parametrize("url", ["http://api.example.org/v4", "ftp://127.0.0.1", "api.example.org"])
def test_address_without_encryption(url: str) -> None:
    """A token travels unencrypted to this machine alone."""
    with pytest.raises(FactoryError, match="cloudflare_api: expected an address such as https"):
        CloudflareApi(url)


def test_value_is_in_no_message(kind: ApiTokenKind, double: CloudflareDouble) -> None:
    """Where the value itself asks, it is kept out of what is said about a refusal."""
    inputs = wanted(kind, double)
    state = kind.make(inputs, {})
    double.fault(Fault(kind="fail before", method="GET", path=rf"{TOKENS}/verify", status=501, times=6))

    with pytest.raises(FactoryError, match="501 to GET") as error:
        kind.read(kind.identity(inputs), inputs, state)

    assert str(state["value"]) not in str(error.value)
