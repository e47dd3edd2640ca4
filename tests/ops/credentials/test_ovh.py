"""The keys of the OVH application, asked of the double."""

import time
from collections.abc import Iterator, Sequence

import pytest

from ops.credentials.asking import Place
from ops.credentials.finding import Finding, State
from ops.credentials.ovh import check_ovh
from rehearsal.doubles.fault import Fault
from rehearsal.doubles.ovh.ovh_double import OvhDouble

DOMAIN = "example.org"


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[OvhDouble]:
    """Run a double whose keys are in the environment."""
    with OvhDouble(domains=(DOMAIN,)) as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


def _asked(double: OvhDouble, *, zones: Sequence[str] = (DOMAIN,), late: float = 0) -> Finding:
    return check_ovh(Place(url=double.address, clock=lambda: time.time() + late), zones=zones)


def test_an_application(double: OvhDouble) -> None:
    """The three keys together are good, and nothing is changed by the question."""
    found = _asked(double)

    assert (found.state, found.found) == (State.OK, "sees 0 OAuth2 clients")
    assert {request.method for request in double.requests} == {"GET"}


@pytest.mark.parametrize("name", ["OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY"])
def test_nothing_is_set(double: OvhDouble, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one that is missing is named, and nobody is asked."""
    monkeypatch.delenv(name)

    found = _asked(double)

    assert (found.state, found.found) == (State.MISSING, f"{name} is not set")
    assert not double.requests


@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("OVH_APPLICATION_KEY", State.REFUSED, "OVH_APPLICATION_KEY is not known at this endpoint"),
        ("OVH_APPLICATION_SECRET", State.REFUSED, "OVH_APPLICATION_SECRET does not belong to OVH_APPLICATION_KEY"),
        ("OVH_CONSUMER_KEY", State.EXPIRED, "OVH_CONSUMER_KEY is not valid, or no longer, or of another application"),
    ],
)
def test_a_key_that_ovh_refuses(
    double: OvhDouble, name: str, state: State, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of the three it is, is told; none is repeated."""
    monkeypatch.setenv(name, "unheard-of")

    found = _asked(double)

    assert (found.state, found.found) == (state, said)
    assert "unheard-of" not in found.helps


def test_another_account(double: OvhDouble) -> None:
    """An application of an account without the domain is the wrong one."""
    found = _asked(double, zones=[DOMAIN, "example.com"])

    assert (found.state, found.found) == (State.WRONG_ACCOUNT, "the account has no domain example.com")


def test_the_clocks_differ(double: OvhDouble) -> None:
    """A wrong clock is found out before anything is signed with it."""
    assert _asked(double, late=600).state is State.CLOCK
    assert double.sent("GET", "/1.0/me/.*") == 0


@pytest.mark.parametrize("fault", [Fault(kind="cut before"), Fault(kind="fail before", status=503)])
def test_ovh_gives_no_answer(double: OvhDouble, fault: Fault) -> None:
    """What says nothing about the keys is not called a fault of them."""
    double.fault(fault)

    assert _asked(double).state is State.UNREACHABLE


def test_another_server_answers(double: OvhDouble) -> None:
    """An address without the API is named as such."""
    found = check_ovh(Place(url=double.origin), zones=[])

    assert found.state is State.UNREACHABLE
    assert "does not answer as OVH does" in found.found
