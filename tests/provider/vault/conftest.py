"""A real Vault with both kinds of engine, and a proxy before it."""

from collections.abc import Iterator

import httpx
import pytest

from provider.http.waiting import WAITS
from provider.missing_credentials import VAULT_TOKEN
from provider.vault.address import VaultAddress
from provider.vault.session import VaultSession
from rehearsal.fault_proxy import FaultProxy
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer
from rehearsal.token_issuer import TokenIssuer

ENGINES = {"kvv1": "1", "kvv2": "2"}
ISSUER = TokenIssuer("https://forge.test")
CLAIMS = {"repository": "arcodange-org/factory", "sub": "x"}
SECONDS = 2
"""How long a brief login lasts."""


@pytest.fixture(scope="session")
def vault() -> Iterator[VaultServer]:
    """Run one Vault for all tests."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        server.initialise()
        with server.client(server.root_token) as hand:
            for mount, version in ENGINES.items():
                new = {"type": "kv", "options": {"version": version}}
                hand.put(f"sys/mounts/{mount}", json=new).raise_for_status()
        yield server


@pytest.fixture
def hand(vault: VaultServer) -> Iterator[httpx.Client]:
    """Give what somebody with all rights does by hand."""
    with vault.client(vault.root_token) as client:
        yield client


@pytest.fixture
def login(hand: httpx.Client) -> Iterator[str]:
    """Let workflows in: give where; the role `ci` lasts, the role `brief` does not."""
    hand.put("sys/auth/forge", json={"type": "jwt"}).raise_for_status()
    keys = {"jwt_validation_pubkeys": [ISSUER.public_key], "bound_issuer": ISSUER.issuer}
    hand.put("auth/forge/config", json=keys).raise_for_status()
    hand.put("sys/policies/acl/faults", json={"policy": 'path "kvv2/*" { capabilities = ["read"] }'}).raise_for_status()
    role = {
        "role_type": "jwt", "user_claim": "sub", "bound_audiences": "vault", "token_policies": "faults",
        "bound_claims": {"repository": CLAIMS["repository"]},
    }  # fmt: skip
    for name, seconds in {"ci": 3600, "brief": SECONDS}.items():
        hand.put(f"auth/forge/role/{name}", json={**role, "token_ttl": seconds}).raise_for_status()
    yield "forge"
    hand.delete("sys/auth/forge").raise_for_status()


@pytest.fixture
def proxy(vault: VaultServer) -> Iterator[FaultProxy]:
    """Stand before the server."""
    with FaultProxy(vault.address, trust=vault.authority.root, authority=vault.authority) as proxy:
        yield proxy


@pytest.fixture
def session(vault: VaultServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultSession]:
    """Give the server as our provider sees it."""
    monkeypatch.setenv(VAULT_TOKEN, vault.root_token)
    session = VaultSession(VaultAddress(url=vault.address, ca=vault.authority.root))
    yield session
    session.close()


@pytest.fixture
def spoiled(vault: VaultServer, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultSession]:
    """Give the server behind the proxy, with the same number of attempts and no patience."""
    monkeypatch.setenv(VAULT_TOKEN, vault.root_token)
    waits = [wait / 100 for wait in WAITS]
    address = VaultAddress(url=proxy.url, ca=vault.authority.root)
    session = VaultSession(address, waits=waits, times=httpx.Timeout(1, connect=10))
    yield session
    session.close()
