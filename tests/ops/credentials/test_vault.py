"""The way into Vault, asked of a real one."""

import dataclasses
import time
from collections.abc import Iterator, Mapping

import pytest

from components.ci_rights import ci_rights
from components.vault_policy import vault_policy
from ops.credentials.asking import Place
from ops.credentials.finding import Finding, State
from ops.credentials.vault import JWT, TOKEN, check_vault
from rehearsal.servers.free_port import free_port
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.vault import VaultServer
from rehearsal.token_issuer import TokenIssuer

MOUNT, ROLE, AUDIENCE, REPOSITORY = "gitea_jwt", "gitea_cicd", "vault", "my-org/factory"
WRITER = vault_policy(ci_rights())
READER = vault_policy({**ci_rights(), "sys/mounts/*": ("read",), "kvv1/*": ("read",)})


@pytest.fixture(scope="module")
def vault() -> Iterator[VaultServer]:
    """Run a Vault that lets workflows in."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        server.initialise()
        yield server


@pytest.fixture(scope="module")
def issuer(vault: VaultServer) -> TokenIssuer:
    """Give who signs the tokens of workflows, known to Vault."""
    issuer = TokenIssuer("https://forge.test")
    with vault.client(vault.root_token) as client:
        client.put("sys/policies/acl/writer", json={"policy": WRITER}).raise_for_status()
        client.put("sys/policies/acl/reader", json={"policy": READER}).raise_for_status()
        client.put(f"sys/auth/{MOUNT}", json={"type": "jwt"}).raise_for_status()
        told = {"jwt_validation_pubkeys": issuer.public_key, "bound_issuer": issuer.issuer}
        client.put(f"auth/{MOUNT}/config", json=told).raise_for_status()
        role = {
            "role_type": "jwt", "user_claim": "sub", "bound_audiences": AUDIENCE, "token_policies": "writer",
            "bound_claims": {"repository": REPOSITORY}, "token_ttl": 1200,
        }  # fmt: skip
        client.put(f"auth/{MOUNT}/role/{ROLE}", json=role).raise_for_status()
    return issuer


def _place(vault: VaultServer) -> Place:
    return Place(url=vault.address, ca=vault.authority.root)


def _asked(place: Place, *, role: str = ROLE, given: Mapping[str, str]) -> Finding:
    return check_vault(place, environment=given, mount=MOUNT, role=role)


def _jwt(issuer: TokenIssuer, *, audience: str = AUDIENCE, repository: str = REPOSITORY, lifetime: int = 300) -> str:
    return issuer.token(audience=audience, claims={"sub": "me", "repository": repository}, lifetime=lifetime)


def _token(vault: VaultServer, policy: str, *, lifetime: str = "20m") -> str:
    with vault.client(vault.root_token) as client:
        answer = client.post("auth/token/create", json={"policies": [policy], "ttl": lifetime}).raise_for_status()
    return str(answer.json()["auth"]["client_token"])


def test_a_token_that_may_do_everything(vault: VaultServer) -> None:
    """The root token is good, and is named, not shown."""
    found = _asked(_place(vault), given={TOKEN: vault.root_token})

    assert (found.state, found.found) == (State.OK, "root, without an end")


@pytest.mark.usefixtures("issuer")
def test_a_token_that_may_do_what_the_stack_does(vault: VaultServer) -> None:
    """A token with an end is good while the end is far."""
    found = _asked(_place(vault), given={TOKEN: _token(vault, "writer")})

    assert found.state is State.OK, found
    assert found.found.startswith("token, for 1")


def test_a_workflow_logs_in_and_leaves_nothing(vault: VaultServer, issuer: TokenIssuer) -> None:
    """The token of the login is revoked after the look."""
    with vault.client(vault.root_token) as client:
        before = client.request("LIST", "auth/token/accessors").json()["data"]["keys"]

        found = _asked(_place(vault), given={JWT: _jwt(issuer)})

        after = client.request("LIST", "auth/token/accessors").json()["data"]["keys"]
    assert found.state is State.OK, found
    assert sorted(after) == sorted(before)


def test_nothing_is_set(vault: VaultServer) -> None:
    """Both variables are named, with the role to log in as."""
    found = _asked(_place(vault), given={})

    assert found.state is State.MISSING
    assert found.found == f"neither {TOKEN} nor {JWT} is set"
    assert f"for the role {ROLE} of {MOUNT}" in found.helps


def test_a_token_that_vault_does_not_know(vault: VaultServer) -> None:
    """A revoked token and one that never was look the same; neither is repeated."""
    found = _asked(_place(vault), given={TOKEN: "hvs.unheard-of"})

    assert found.state is State.REFUSED
    assert "unheard-of" not in found.found + found.helps


@pytest.mark.usefixtures("issuer")
def test_a_token_that_ends_too_soon(vault: VaultServer) -> None:
    """A run must not lose its token on the way."""
    found = _asked(_place(vault), given={TOKEN: _token(vault, "writer", lifetime="100s")})

    assert found.state is State.EXPIRED
    assert found.found.startswith("the token ends in ")


@pytest.mark.usefixtures("issuer")
def test_a_token_that_may_too_little(vault: VaultServer) -> None:
    """What it may not write is named."""
    found = _asked(_place(vault), given={TOKEN: _token(vault, "reader")})

    assert found.state is State.NO_PERMISSION
    assert found.found == "the token lacks rights on sys/mounts/a, kvv1/a"


@pytest.mark.parametrize(
    ("change", "state", "said"),
    [
        ({"lifetime": -10}, State.EXPIRED, "has expired"),
        ({"audience": "somebody"}, State.WRONG_ACCOUNT, "audience"),
        ({"repository": "my-org/other"}, State.WRONG_ACCOUNT, "claim"),
    ],
)
def test_a_workflow_that_is_not_let_in(
    vault: VaultServer, issuer: TokenIssuer, change: dict[str, object], state: State, said: str
) -> None:
    """Too old, for somebody else, or of another repository: each is told apart."""
    given = {"audience": AUDIENCE, "repository": REPOSITORY, "lifetime": 300, **change}
    jwt = issuer.token(
        audience=str(given["audience"]), claims={"sub": "me", "repository": given["repository"]},
        lifetime=int(str(given["lifetime"])),
    )  # fmt: skip

    found = _asked(_place(vault), given={JWT: jwt})

    assert found.state is state, found
    assert said in found.found
    assert jwt not in found.found


@pytest.mark.usefixtures("issuer")
def test_a_token_that_somebody_else_signed(vault: VaultServer) -> None:
    """A signature that Vault does not know is refused, not called too old."""
    found = _asked(_place(vault), given={JWT: _jwt(TokenIssuer("https://forge.test"))})

    assert found.state is State.REFUSED, found


def test_a_role_that_is_not_there(vault: VaultServer, issuer: TokenIssuer) -> None:
    """Before the first run there is no role; the way out is named."""
    found = _asked(_place(vault), role="unheard-of", given={JWT: _jwt(issuer)})

    assert found.state is State.WRONG_ACCOUNT, found
    assert "run the stack once" in found.helps


def test_nobody_answers() -> None:
    """No server is not a fault of the token."""
    found = _asked(Place(url=f"https://127.0.0.1:{free_port()}"), given={TOKEN: "x"})

    assert found.state is State.UNREACHABLE


def test_somebody_else_answers(vault: VaultServer) -> None:
    """A certificate of another authority stops the check before the token is sent."""
    found = _asked(Place(url=vault.address, ca=ThrowAwayAuthority().root), given={TOKEN: vault.root_token})

    assert found.state is State.UNTRUSTED


def test_an_authority_that_is_none(vault: VaultServer) -> None:
    """A file with something else is named before anything is contacted."""
    found = _asked(Place(url=vault.address, ca="no certificate"), given={TOKEN: "x"})

    assert (found.state, found.found) == (
        State.UNTRUSTED, f"the authority for Vault at {vault.address} is no certificate",
    )  # fmt: skip


def test_the_clocks_differ(vault: VaultServer) -> None:
    """A clock that is wrong is the finding, whatever else would be refused for it."""
    late = dataclasses.replace(_place(vault), clock=lambda: time.time() - 600)

    found = _asked(late, given={TOKEN: vault.root_token})

    assert found.state is State.CLOCK
    assert "s behind Vault at" in found.found


def test_sealed(vault: VaultServer) -> None:
    """A sealed Vault says nothing about a token; that it is sealed is the finding."""
    with vault.client(vault.root_token) as client:
        client.put("sys/seal").raise_for_status()
    try:
        found = _asked(_place(vault), given={TOKEN: vault.root_token})
    finally:
        vault.unseal()

    assert found.state is State.SEALED
