"""Requests to Vault when something is wrong with the way there, with Vault, or with who asks."""

import dataclasses
import time
from collections.abc import Iterator

import httpx
import pytest

from provider.factory_error import FactoryError
from provider.missing_credentials import VAULT_JWT, VAULT_TOKEN
from provider.values import Properties
from provider.vault.address import VaultAddress
from provider.vault.session import VaultSession
from provider.vault_kinds.kv_secret_kind import KvSecretKind
from rehearsal.fault_proxy import Fault, FaultProxy
from rehearsal.servers.free_port import free_port
from rehearsal.servers.vault import VaultServer
from tests.provider.vault.conftest import CLAIMS, ISSUER, SECONDS

SECRET: Properties = {"mount": "kvv2", "path": "faults/key", "values": {"key": "hunter2"}, "version": 2.0}
PATH = "/data/faults/key"


@pytest.fixture
def kind(spoiled: VaultSession, hand: httpx.Client) -> KvSecretKind:
    """Give the type behind the proxy; the secret is not there."""
    hand.delete("kvv2/metadata/faults/key").raise_for_status()
    return KvSecretKind(spoiled)


@pytest.fixture
def workflow(vault: VaultServer, login: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultSession]:
    """Give the server as a workflow sees it."""
    monkeypatch.delenv(VAULT_TOKEN, raising=False)
    session = VaultSession(VaultAddress(url=vault.address, ca=vault.authority.root, mount=login, role="ci"))
    yield session
    session.close()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="PUT", path=PATH, what="cut before"),
        Fault(method="PUT", path=PATH, what="cut after"),
        Fault(method="PUT", path=PATH, what="fail after", status=500),
        Fault(method="PUT", path=PATH, what="refuse", status=429, retry_after="0"),
        Fault(method="PUT", path=PATH, what="slow", seconds=1.5),
        Fault(method="GET", path=PATH, what="refuse", status=502),
        Fault(method="GET", path="/kvv2", what="cut after"),
    ],
    ids=lambda fault: f"{fault.method} {fault.what}",
)
def test_passing_fault_is_survived(kind: KvSecretKind, proxy: FaultProxy, hand: httpx.Client, fault: Fault) -> None:
    """The secret is there once the answer was lost, late or refused for a while."""
    proxy.faults = [fault]

    kind.make(SECRET, {})

    assert proxy.faults == []
    assert hand.get("kvv2/data/faults/key").json()["data"]["data"] == {"key": "hunter2"}


def test_lasting_fault_is_an_error(kind: KvSecretKind, proxy: FaultProxy) -> None:
    """A server that goes on failing is named with the request, and no value."""
    proxy.faults = [Fault(method="PUT", path=PATH, what="refuse", status=500)] * 6

    with pytest.raises(FactoryError, match=r"^Vault answered 500 to PUT /v1/kvv2/data/faults/key: "):
        kind.make(SECRET, {})


def test_nobody_there(session: VaultSession, vault: VaultServer) -> None:
    """A server that cannot be reached is an error, never a secret that is gone."""
    address = VaultAddress(url=f"https://127.0.0.1:{free_port()}", ca=vault.authority.root)
    nowhere = VaultSession(address, waits=[])

    assert session.find("kvv2/data/nothing") is None
    with pytest.raises(FactoryError, match="could not connect to Vault at"):
        KvSecretKind(nowhere).read("kvv2/faults/key", SECRET, SECRET)


def test_unknown_authority(vault: VaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of an authority that was not named is refused, and the setting is named."""
    monkeypatch.setenv(VAULT_TOKEN, vault.root_token)

    with pytest.raises(FactoryError, match="Expected one of an authority in vault_ca of the provider"):
        VaultSession(VaultAddress(url=vault.address)).find("sys/mounts")


@pytest.mark.parametrize(("url", "ca", "part"), [("http://x", None, "vault_url"), ("https://x", "x", "vault_ca")])
def test_address_is_refused(url: str, ca: str | None, part: str) -> None:
    """The token never travels unencrypted, and certificates are certificates."""
    with pytest.raises(FactoryError, match=rf"^{part}: expected"):
        VaultSession(VaultAddress(url=url, ca=ca))


def test_sealed_vault_names_the_remedy(
    kind: KvSecretKind, proxy: FaultProxy, vault: VaultServer, hand: httpx.Client
) -> None:
    """A sealed Vault is named at once, with the command that helps; no waiting unseals it."""
    hand.put("sys/seal").raise_for_status()
    try:
        with pytest.raises(FactoryError) as error:
            kind.read("kvv2/faults/key", SECRET, SECRET)
    finally:
        vault.unseal()

    assert proxy.seen == [("GET", "/v1/sys/internal/ui/mounts/kvv2")]
    assert "is sealed" in str(error.value)
    assert "`./factory vault unseal`" in str(error.value)


def test_wrong_token(session: VaultSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that Vault does not know is an error that does not repeat it."""
    monkeypatch.setenv(VAULT_TOKEN, "hvs.wrong")

    with pytest.raises(FactoryError, match=r"answered 403.*Expected a token that is still valid") as error:
        session.find("kvv2/data/faults/key")

    assert "hvs.wrong" not in str(error.value)


def test_right_that_is_missing(workflow: VaultSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may not look is told so: "not shown" is never "gone"."""
    monkeypatch.setenv(VAULT_JWT, ISSUER.token(audience="vault", claims=CLAIMS))
    kind = KvSecretKind(workflow)

    assert kind.read("kvv2/faults/none", {}, {}) is None
    with pytest.raises(FactoryError, match="answered 403 to GET /v1/sys/internal/ui/mounts/kvv1"):
        kind.read("kvv1/faults/none", {}, {})
    with pytest.raises(FactoryError, match="answered 403 to PUT /v1/kvv2/data/faults/key") as error:
        kind.make(SECRET, {})
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(("role", "logins"), [("ci", 1), ("brief", 2)])
def test_workflow_logs_in_again_before_its_token_dies(
    workflow: VaultSession, monkeypatch: pytest.MonkeyPatch, role: str, logins: int
) -> None:
    """A login serves as long as it lasts; a run that lasts longer goes on with another one."""
    monkeypatch.setenv(VAULT_JWT, ISSUER.token(audience="vault", claims=CLAIMS))
    session = VaultSession(dataclasses.replace(workflow.address, role=role))

    first = session.find("auth/token/lookup-self")
    time.sleep(SECONDS)
    second = session.find("auth/token/lookup-self")
    session.close()

    assert first is not None
    assert second is not None
    assert len({first["accessor"], second["accessor"]}) == logins


@pytest.mark.parametrize(
    ("audience", "repository", "part"),
    [
        (None, None, f"{VAULT_TOKEN} is not set"),
        ("vault", "x/y", 'claim "repository" does not match'),
        ("other", CLAIMS["repository"], "audience"),
    ],
    ids=["none", "another repository", "another audience"],
)
def test_refused_login(
    workflow: VaultSession, monkeypatch: pytest.MonkeyPatch, audience: str | None, repository: str | None, part: str
) -> None:
    """What is wrong with the token of a workflow is said, with where it comes from, and without the token."""
    # Signed here, not when the test was found: it lives for minutes.
    token = ISSUER.token(audience=audience, claims={**CLAIMS, "repository": repository}) if audience else ""
    monkeypatch.setenv(VAULT_JWT, token)

    with pytest.raises(FactoryError) as error:
        workflow.find("kvv2/data/x")

    assert part in str(error.value)
    assert VAULT_JWT in str(error.value)
    assert not token or token not in str(error.value)
