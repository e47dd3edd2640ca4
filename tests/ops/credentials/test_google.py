"""The key of Google's service account, asked of the double."""

import json
import time
from collections.abc import Iterator

import pytest

from ops.credentials.asking import Place
from ops.credentials.finding import Finding, State
from ops.credentials.google import check_google
from rehearsal.doubles.fault import Fault
from rehearsal.doubles.google.google_double import GoogleDouble

PROJECT = "my-project"


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleDouble]:
    """Run a double whose key is in the environment."""
    with GoogleDouble(project=PROJECT) as double:
        monkeypatch.setenv("GOOGLE_CREDENTIALS", double.environment["GOOGLE_CREDENTIALS"])
        yield double


def _asked(double: GoogleDouble, *, project: str = PROJECT, late: float = 0) -> Finding:
    return check_google(Place(url=double.origin, clock=lambda: time.time() + late), project=project)


def test_a_service_account(double: GoogleDouble) -> None:
    """A key that lives is good, its account is named, and nothing is changed by the question."""
    found = _asked(double)

    assert (found.state, found.found) == (State.OK, double.state.email)
    assert {request.method for request in double.requests if not request.path.endswith("/token")} == {"GET"}


def test_nothing_is_set(double: GoogleDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, and nobody is asked."""
    monkeypatch.delenv("GOOGLE_CREDENTIALS")

    found = _asked(double)

    assert found.state is State.MISSING
    assert found.found.startswith("GOOGLE_CREDENTIALS is not set")
    assert not double.requests


@pytest.mark.parametrize("text", ["key.json", "{}", '{"type": "service_account"}', '{"type": "authorized_user"}'])
def test_something_else_is_set(double: GoogleDouble, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a file, and JSON of another kind, are told apart from a key that Google refuses."""
    monkeypatch.setenv("GOOGLE_CREDENTIALS", text)

    assert _asked(double).state is State.MALFORMED
    assert not double.requests


def test_a_key_that_was_deleted(double: GoogleDouble) -> None:
    """A key that its account has no more is refused, and not repeated."""
    double.state.key_id = "another"

    found = _asked(double)

    assert (found.state, found.found) == (
        State.REFUSED, f"{double.state.email}: the key was deleted, or has expired",
    )  # fmt: skip
    assert "PRIVATE KEY" not in found.found + found.helps


def test_an_account_that_is_gone(double: GoogleDouble) -> None:
    """The account itself may be gone, and its key with it."""
    email, double.state.email = double.state.email, "another@my-project.iam.gserviceaccount.com"

    found = _asked(double)

    assert (found.state, found.found) == (State.REFUSED, f"{email}: the service account is gone")


def test_another_project(double: GoogleDouble) -> None:
    """A key of another project that may not see this one is the wrong one."""
    found = _asked(double, project="another")

    assert found.state is State.WRONG_ACCOUNT
    assert found.found.startswith(f"{double.state.email} belongs to the project {PROJECT}, and may not see the buckets")


@pytest.mark.parametrize(("path", "what"), [(".*/b", "buckets"), (".*/hmacKeys", "HMAC keys")])
def test_an_account_that_may_too_little(double: GoogleDouble, path: str, what: str) -> None:
    """What it may not see is named, with the roles that help."""
    double.fault(Fault(kind="fail before", status=403, path=path))

    found = _asked(double)

    assert (found.state, found.found) == (
        State.NO_PERMISSION, f"{double.state.email} may not see the {what} of {PROJECT}",
    )  # fmt: skip
    assert "roles/storage.hmacKeyAdmin" in found.helps


def test_the_clocks_differ(double: GoogleDouble) -> None:
    """A wrong clock is the finding, not the signature that is refused for it."""
    assert _asked(double, late=-600).state is State.CLOCK


@pytest.mark.parametrize("path", ["/token", ".*/b"])
@pytest.mark.parametrize("fault", ["cut before", "fail before"])
def test_google_gives_no_answer(double: GoogleDouble, path: str, fault: str) -> None:
    """What says nothing about the key is not called a fault of it."""
    double.fault(Fault(kind="cut before" if fault == "cut before" else "fail before", status=503, path=path))

    assert _asked(double).state is State.UNREACHABLE


def test_the_login_of_production_is_guarded(double: GoogleDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key says itself where it logs in: Google's own address needs production to be asked for by name."""
    key = {**json.loads(double.environment["GOOGLE_CREDENTIALS"]), "token_uri": "https://oauth2.googleapis.com/token"}
    monkeypatch.setenv("GOOGLE_CREDENTIALS", json.dumps(key))

    found = _asked(double)

    assert "is production" in found.found
