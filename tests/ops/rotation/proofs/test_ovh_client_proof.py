"""The proof of an OAuth2 client of OVH, against the double."""

from collections.abc import Iterator

import pytest

from ops.rotation.proofs.ovh_client_proof import CLIENTS, OvhClientProof, login_address
from provider.factory_error import FactoryError
from provider.ovh.api import OvhApi
from rehearsal.doubles.fault import Fault
from rehearsal.doubles.ovh.ovh_double import OvhDouble

PURPOSE = "cms"


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[OvhDouble]:
    """Run a double whose keys are in the environment."""
    with OvhDouble() as double:
        for name, value in double.environment.items():
            monkeypatch.setenv(name, value)
        yield double


def _proof(double: OvhDouble) -> OvhClientProof:
    api = OvhApi(double.address, waits=())
    return OvhClientProof(api, purpose=PURPOSE, id_field="id", secret_field="secret")  # noqa: S106 - a field


def _client(double: OvhDouble, name: str) -> dict[str, str]:
    body = {"name": name, "description": "", "flow": "CLIENT_CREDENTIALS", "callbackUrls": []}
    made = OvhApi(double.address, waits=()).send("POST", CLIENTS, body)
    return {"id": str(made["clientId"]), "secret": str(made["clientSecret"])}


def test_a_client_logs_in(double: OvhDouble) -> None:
    """A client that was deleted and one with another secret are not let in."""
    values = _client(double, f"{PURPOSE}-1")
    proof = _proof(double)

    assert proof.accepts(values)
    assert not proof.accepts({**values, "secret": "wrong"})
    del double.state.clients[values["id"]]
    assert not proof.accepts(values)


def test_others_of_the_same_purpose(double: OvhDouble) -> None:
    """Only names of the purpose with a number count, and the client itself does not."""
    old, new = _client(double, f"{PURPOSE}-1"), _client(double, f"{PURPOSE}-2")
    for name in (PURPOSE, f"{PURPOSE}-x", f"another-{PURPOSE}-1"):
        _client(double, name)

    assert _proof(double).others(new) == [old["id"]]


def test_could_not_ask_is_not_dead(double: OvhDouble) -> None:
    """A line that is cut, and an answer that means neither, are errors without the secret."""
    values = _client(double, f"{PURPOSE}-1")
    for fault in (Fault(kind="cut before", path="/auth/.*"), Fault(kind="fail before", status=503, path="/auth/.*")):
        double.fault(fault)
        with pytest.raises(FactoryError) as failed:
            _proof(double).accepts(values)
        assert values["secret"] not in str(failed.value)


@pytest.mark.parametrize(
    ("api", "login"),
    [
        ("https://eu.api.ovh.com/1.0", "https://www.ovh.com/auth/oauth2/token"),
        ("https://ca.api.ovh.com/1.0", "https://ca.ovh.com/auth/oauth2/token"),
        ("http://127.0.0.1:8080/1.0", "http://127.0.0.1:8080/auth/oauth2/token"),
    ],
)
def test_where_a_client_logs_in(api: str, login: str) -> None:
    """The login is on another host than the API, except at a double."""
    assert login_address(api) == login
