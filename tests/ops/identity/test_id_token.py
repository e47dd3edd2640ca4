"""The token of a workflow, from a real Gitea, and what a real Vault makes of it."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import JsonValue

from components.workflow_login import REDIRECT
from ops.identity.id_token import REQUEST_TOKEN, REQUEST_URL, id_token
from ops.identity.no_identity_error import NoIdentityError
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.vault import VaultServer

ORG, USER, STRANGER = "arcodange-org", "ci-erp", "ci-webapp"
PASSWORD = secrets.token_urlsafe(24)


@dataclass(frozen=True, kw_only=True)
class Forge:
    """A Gitea with two accounts of repositories and a client."""

    gitea: GiteaServer
    folder: Path
    environment: Mapping[str, str]

    @property
    def audience(self) -> str:
        """Id of the client."""
        return self.environment["CI_CLIENT_ID"]

    def token(self, **changed: str) -> str:
        """Return a token, with some variables *changed*."""
        return id_token(self.audience, {**self.environment, **changed}, authority=self.gitea.authority.root)


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    """Run one Gitea for all tests."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "postgresql") as database,
        GiteaServer(database, folder=folder / "gitea", authority=ThrowAwayAuthority()) as gitea,
    ):
        with gitea.client() as hand:
            hand.post("/orgs", json={"username": ORG, "visibility": "private"}).raise_for_status()
            for name in (USER, STRANGER):
                new = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "restricted": True}
                hand.post("/admin/users", json={**new, "must_change_password": False}).raise_for_status()
                team = {"name": name, "permission": "read", "units": ["repo.code"]}
                made = hand.post(f"/orgs/{ORG}/teams", json=team).raise_for_status().json()
                hand.put(f"/teams/{made['id']}/members/{name}").raise_for_status()
            wanted = {"name": "ci", "redirect_uris": [REDIRECT], "confidential_client": True}
            client = hand.post("/user/applications/oauth2", json=wanted).raise_for_status().json()
        environment = {
            "FORGE_URL": gitea.url, "CI_USER": USER, "CI_PASSWORD": PASSWORD,
            "CI_CLIENT_ID": client["client_id"], "CI_CLIENT_SECRET": client["client_secret"],
        }  # fmt: skip
        yield Forge(gitea=gitea, folder=folder, environment=environment)


@pytest.mark.slow
def test_a_token_says_who_it_is_each_time(forge: Forge) -> None:
    """The first login, which asks for consent, and the next one give a token with user, organisation and team."""
    for _ in range(2):
        claims = _claims(forge.token())
        assert (claims["iss"], claims["preferred_username"]) == (forge.gitea.url, USER)
        assert claims["aud"] in (forge.audience, [forge.audience])
        groups = claims["groups"]
        assert isinstance(groups, list)
        assert ORG in groups
        assert f"{ORG}:{USER}" in groups
        assert "repository" not in claims


@pytest.mark.slow
def test_vault_lets_in_whom_the_claims_name(forge: Forge) -> None:
    """Vault believes Gitea's published keys: the user and the team of one repository get in, another one's do not."""
    vault = VaultServer(folder=forge.folder / "vault", authority=forge.gitea.authority)
    with vault:
        vault.initialise()
        with vault.client(vault.root_token) as root:
            root.put("sys/auth/gitea_jwt", json={"type": "jwt"}).raise_for_status()
            found = {"oidc_discovery_url": forge.gitea.url, "oidc_discovery_ca_pem": forge.gitea.authority.root}
            root.put("auth/gitea_jwt/config", json={**found, "bound_issuer": forge.gitea.url}).raise_for_status()
            for role, claims in {"user": {"preferred_username": USER}, "team": {"groups": f"{ORG}:{USER}"}}.items():
                body = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": [forge.audience]}
                root.put(f"auth/gitea_jwt/role/{role}", json={**body, "bound_claims": claims}).raise_for_status()
        own, other = forge.token(), forge.token(CI_USER=STRANGER)
        with vault.client() as client:
            for role in ("user", "team"):
                assert client.put("auth/gitea_jwt/login", json={"role": role, "jwt": own}).is_success
                refused = client.put("auth/gitea_jwt/login", json={"role": role, "jwt": other})
                assert refused.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"CI_PASSWORD": "wrong-password"}, f"Gitea does not let {USER} in by password"),
        ({"CI_CLIENT_SECRET": "wrong-secret"}, "Gitea answered 400 without id_token: invalid client secret"),
        ({"CI_USER": ""}, "missing: CI_USER"),
    ],
    ids=["password", "secret", "missing"],
)
def test_a_wrong_value_is_named(forge: Forge, changed: Mapping[str, str], says: str) -> None:
    """What is wrong is said, without the value."""
    with pytest.raises(NoIdentityError) as caught:
        forge.token(**changed)
    assert says in str(caught.value)
    assert "wrong-" not in str(caught.value)


@pytest.mark.slow
def test_another_audience_is_refused(forge: Forge) -> None:
    """A token of Gitea is for its client, and nobody is made to believe otherwise."""
    with pytest.raises(NoIdentityError, match=r"settings\.tokens\.audience"):
        id_token("vault", forge.environment, authority=forge.gitea.authority.root)


@pytest.mark.slow
def test_an_untrusted_forge_gets_no_password(forge: Forge) -> None:
    """Without the lab's authority nothing is sent."""
    with pytest.raises(NoIdentityError, match="no answer: ConnectError"):
        id_token(forge.audience, forge.environment)


def test_the_token_of_a_job_comes_first() -> None:
    """Where the forge names an address for it, that one is asked, and a fault names no token."""
    environment = {REQUEST_URL: "http://127.0.0.1:1/?job=1", REQUEST_TOKEN: "of-the-job"}
    with pytest.raises(NoIdentityError) as caught:
        id_token("vault", environment)
    assert str(caught.value) == "the forge gives no answer: ConnectError"


def _claims(token: str) -> dict[str, JsonValue]:
    part = token.split(".")[1]
    claims: dict[str, JsonValue] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
