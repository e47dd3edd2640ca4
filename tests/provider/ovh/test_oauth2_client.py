"""An OAuth2 client at OVH is made once, found again, put right, and gone when it is deleted."""

import pytest

from provider.factory_error import FactoryError
from provider.ovh.oauth2_client_kind import OAuth2ClientKind
from provider.values import Properties
from rehearsal.doubles.fault import Fault, Kind
from rehearsal.doubles.ovh.ovh_double import OvhDouble

CLIENTS = "/1.0/me/api/oauth2/client"


@pytest.fixture
def inputs(kind: OAuth2ClientKind) -> Properties:
    """Declare a client."""
    checked = kind.check({"name": "cms-1", "description": "name servers"})
    assert checked.faults == []
    return checked.inputs


def _found(kind: OAuth2ClientKind, inputs: Properties, state: Properties) -> Properties | None:
    found = kind.read(kind.identity(inputs), inputs, state)
    return None if found is None else found.inputs


def test_made_client_is_found_again(kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties) -> None:
    """What was made is as declared, and its secret is the one that lets it in."""
    made = kind.make(inputs, {})

    client = double.state.clients[str(made["client_id"])]
    assert (client.name, client.flow, client.secret) == ("cms-1", "CLIENT_CREDENTIALS", made["client_secret"])
    assert _found(kind, inputs, made) == inputs


@pytest.mark.parametrize("fault", ["cut after", "fail after", "cut before", "fail before", "too many requests"])
def test_fault_while_it_is_made_leaves_one(
    kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties, fault: Kind
) -> None:
    """Whatever became of the request, in the end there is one client, and its secret is known."""
    double.fault(Fault(kind=fault, method="POST", path=CLIENTS, times=2, retry_after="0"))

    made = kind.make(inputs, {})

    assert [*double.state.clients] == [made["client_id"]]
    assert double.state.clients[str(made["client_id"])].secret == made["client_secret"]


def test_one_that_nobody_knows_the_secret_of_is_removed(
    kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties
) -> None:
    """A run that was killed after the server made a client leaves one behind: the next run removes it."""
    lost = kind.make(inputs, {})
    made = kind.make(inputs, {})

    assert lost["client_id"] != made["client_id"]
    assert [*double.state.clients] == [made["client_id"]]


def test_others_are_left_alone(kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties) -> None:
    """A client of another name is neither removed nor changed."""
    other = kind.make({**inputs, "name": "cms-2"}, {})
    made = kind.make(inputs, {})

    kind.delete("cms-1")

    assert [*double.state.clients] == [other["client_id"]]
    assert _found(kind, inputs, made) is None


def test_late_list_leaves_one(kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties) -> None:
    """A server that shows the client late is asked again."""
    double.fault(Fault(kind="stale reads", method="POST", path=CLIENTS, reads=3))

    made = kind.make(inputs, {})

    assert [*double.state.clients] == [made["client_id"]]


def test_changes_by_hand_are_seen_and_put_right(kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties) -> None:
    """Another description, another name and a second one are seen; after a run all is as declared, with its secret."""
    made = kind.make(inputs, {})
    client = double.state.clients[str(made["client_id"])]
    second = kind.make({**inputs, "name": "x"}, {})
    double.state.clients[str(second["client_id"])].name = "cms-1"
    client.name, client.description = "renamed", "by hand"

    assert _found(kind, inputs, made) == {**inputs, "description": "by hand", "renamed": True, "copies": 2.0}
    mended = kind.make(inputs, made)

    assert mended["client_secret"] == made["client_secret"]
    assert [*double.state.clients] == [made["client_id"]]
    assert _found(kind, inputs, mended) == inputs


def test_deleted_client_is_seen_and_made_anew(kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties) -> None:
    """One that somebody deleted is gone; the next one has another secret, also when nobody looked before."""
    made = kind.make(inputs, {})
    double.state.clients.clear()

    assert _found(kind, inputs, made) is None
    again = kind.make(inputs, made)

    assert again["client_secret"] != made["client_secret"]
    assert [*double.state.clients] == [again["client_id"]]


def test_deletion_is_proved(kind: OAuth2ClientKind, double: OvhDouble, inputs: Properties) -> None:
    """A client that the server still shows is not reported as gone; lost answers are asked for again."""
    kind.make(inputs, {})
    double.fault(Fault(kind="stale reads", method="DELETE", reads=1))
    with pytest.raises(FactoryError, match="still shows it"):
        kind.delete("cms-1")

    kind.make(inputs, {})
    double.fault(Fault(kind="cut after", method="DELETE"))
    kind.delete("cms-1")
    kind.delete("cms-1")

    assert double.state.clients == {}


def test_import_is_refused(kind: OAuth2ClientKind, inputs: Properties) -> None:
    """One that is there already cannot be taken over: nobody knows its secret."""
    kind.make(inputs, {})

    with pytest.raises(FactoryError, match="cannot be taken over"):
        kind.read("cms-1", {}, {})


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("OVH_APPLICATION_KEY", "OVH_APPLICATION_KEY is not known at this endpoint"),
        ("OVH_APPLICATION_SECRET", "OVH_APPLICATION_SECRET does not belong to OVH_APPLICATION_KEY"),
        ("OVH_CONSUMER_KEY", "OVH_CONSUMER_KEY is not valid, or no longer"),
    ],
)
def test_wrong_credential_is_named(
    kind: OAuth2ClientKind, inputs: Properties, monkeypatch: pytest.MonkeyPatch, variable: str, said: str
) -> None:
    """The message names the variable that is wrong, never its content; a missing one is named too."""
    monkeypatch.setenv(variable, "mistyped-credential")
    with pytest.raises(FactoryError, match=said) as fault:
        kind.make(inputs, {})
    monkeypatch.delenv(variable)
    with pytest.raises(FactoryError, match=f"{variable} is not set"):
        kind.make(inputs, {})

    assert "mistyped-credential" not in str(fault.value)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"description": "x"}, ("name", "missing. Expected text, for example cms-1")),
        ({"name": "-x", "description": "x"}, ("name", "not as expected, for example cms-1")),
        ({"name": "x", "description": "x", "flows": "x"}, ("flows", "unknown input, did you mean 'flow'?")),
    ],
)
def test_unusable_inputs_are_named(kind: OAuth2ClientKind, given: Properties, fault: tuple[str, str]) -> None:
    """What cannot be used is refused by name, before anything is contacted."""
    name, said = next(iter(kind.check(given).faults))

    assert (name, said[: len(fault[1])]) == fault
