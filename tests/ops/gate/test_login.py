"""The verb `login`, on a real Vault."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from components.ci_rights import ci_rights
from components.plan_rights import plan_rights
from components.vault_policy import vault_policy
from rehearsal.bring_up import CHECKOUT
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_files import production_settings
from rehearsal.token_issuer import TokenIssuer

pytestmark = pytest.mark.slow

REPOSITORY, AUDIENCE, MOUNT = "lab/factory", "vault", "gitea_jwt"
ROLES = {"gitea_cicd": ci_rights(), "gitea_cicd_plan": plan_rights()}
ASK = """
import os, ssl, sys, httpx
method, path = sys.argv[1:]
trust = ssl.create_default_context(cafile=os.environ["ROOT"])
headers = {"X-Vault-Token": os.environ["VAULT_TOKEN"]}
answer = httpx.request(method, os.environ["VAULT"] + path, headers=headers, json={"a": "b"}, verify=trust)
print(answer.status_code, "TERRAFORM_VAULT_AUTH_JWT" in os.environ, os.environ["VAULT_TOKEN"])
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """A Vault that lets workflows in, and a checkout that names it."""

    folder: Path
    vault: VaultServer
    issuer: TokenIssuer

    def login(
        self, purpose: str, asked: Sequence[str], *, ref: str = "refs/heads/main", lifetime: int = 300
    ) -> subprocess.CompletedProcess[str]:
        """Ask Vault for something, as a workflow does."""
        jwt = self.issuer.token(audience=AUDIENCE, claims={"sub": "me", "repository": REPOSITORY}, lifetime=lifetime)
        environment = {
            **os.environ, "TERRAFORM_VAULT_AUTH_JWT": jwt, "GITHUB_REF": ref, "VAULT": self.vault.address,
            "ROOT": str(self.vault.root_file),
        }  # fmt: skip
        return subprocess.run(
            [
                sys.executable, "-P", "-m", "ops", "login", "--for", purpose, "--cwd", str(self.folder), "--",
                sys.executable, "-c", ASK, *asked,
            ],
            env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Run a Vault with both roles, and write the file of the stack `main` for it."""
    issuer = TokenIssuer("https://forge.test")
    with own_folder() as folder, VaultServer(folder=folder / "vault") as vault:
        vault.initialise()
        with vault.client(vault.root_token) as client:
            client.put("sys/mounts/kvv1", json={"type": "kv"}).raise_for_status()
            client.put("kvv1/there", json={"a": "b"}).raise_for_status()
            client.put(f"sys/auth/{MOUNT}", json={"type": "jwt"}).raise_for_status()
            told = {"jwt_validation_pubkeys": issuer.public_key, "bound_issuer": issuer.issuer}
            client.put(f"auth/{MOUNT}/config", json=told).raise_for_status()
            for name, rights in ROLES.items():
                client.put(f"sys/policies/acl/{name}", json={"policy": vault_policy(rights)}).raise_for_status()
                role = {
                    "role_type": "jwt", "user_claim": "sub", "bound_audiences": AUDIENCE, "token_policies": name,
                    "bound_claims": {"repository": REPOSITORY}, "token_ttl": 1200,
                }  # fmt: skip
                client.put(f"auth/{MOUNT}/role/{name}", json=role).raise_for_status()
        settings = production_settings(CHECKOUT, stack="main")
        settings = {
            **settings,
            "ca_file": str(vault.root_file),
            "vault": {"url": vault.address},
        }
        (folder / "Pulumi.main.yaml").write_text(yaml.safe_dump({"config": {"factory:settings": settings}}))
        yield Place(folder=folder, vault=vault, issuer=issuer)


def test_apply_may_write_and_plan_may_look(place: Place) -> None:
    """The role of plan reads what the one of apply wrote, and is forbidden to write it."""
    wrote = place.login("apply", ["PUT", "/v1/kvv1/there"])
    read = place.login("plan", ["GET", "/v1/kvv1/there"])
    forbidden = [place.login("plan", ["PUT", path]) for path in ("/v1/kvv1/there", "/v1/sys/policies/acl/x")]

    assert wrote.stdout.startswith("204 False"), wrote.stderr
    assert read.stdout.startswith("200 False"), read.stderr
    assert [each.stdout[:3] for each in forbidden] == ["403", "403"]


def test_the_token_ends_with_the_command(place: Place) -> None:
    """What the command was given is dead afterwards."""
    token = place.login("plan", ["GET", "/v1/kvv1/there"]).stdout.split()[-1]

    with place.vault.client(token) as client:
        assert client.get("auth/token/lookup-self").status_code == 403


def test_expired(place: Place) -> None:
    """An identity that has ended opens nothing, and the command is not run."""
    refused = place.login("plan", ["GET", "/v1/kvv1/there"], lifetime=-3600)

    assert refused.returncode == 1
    assert "Vault lets nobody in as gitea_cicd_plan of gitea_jwt" in refused.stderr
    assert refused.stdout == ""


def test_a_token_that_would_end_before_the_run(place: Place) -> None:
    """A run is not begun with a token that it may outlive, and the token is ended at once."""
    with place.vault.client(place.vault.root_token) as client:
        role = client.get(f"auth/{MOUNT}/role/gitea_cicd").raise_for_status().json()["data"]
        client.put(f"auth/{MOUNT}/role/gitea_cicd", json={**role, "token_ttl": 600}).raise_for_status()
        before = client.request("LIST", "auth/token/accessors").json()["data"]["keys"]
        refused = place.login("apply", ["GET", "/v1/kvv1/there"])
        after = client.request("LIST", "auth/token/accessors").json()["data"]["keys"]
        client.put(f"auth/{MOUNT}/role/gitea_cicd", json=role).raise_for_status()

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Vault's token for gitea_cicd lives 600 s, and a run may take 900 s" in refused.stderr
    assert sorted(before) == sorted(after)


def test_a_branch_gets_no_right_to_apply(place: Place) -> None:
    """Nothing is asked of Vault for an apply from a branch."""
    refused = place.login("apply", ["GET", "/v1/kvv1/there"], ref="refs/heads/feature")

    assert refused.returncode == 1
    assert "expected the branch main, found refs/heads/feature" in refused.stderr


def test_plan_rights_only_look() -> None:
    """Besides a child of its own token, a plan may do nothing but read and list."""
    rights = {path: set(able) for path, able in plan_rights().items() if path != "auth/token/create"}

    assert all(able <= {"read", "list"} for able in rights.values()), json.dumps(sorted(rights))
