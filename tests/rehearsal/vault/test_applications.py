"""The Vault components end to end: embedded engine, stand-in provider, real Vault, real PostgreSQL behind PgBouncer."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from pydantic import JsonValue

from ops.official.event_log import Document
from rehearsal.bring_up import CHECKOUT, Wishes, bring_up
from rehearsal.lab import Lab, changes, expect_success
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.token_review import token_review
from rehearsal.servers.vault import VaultServer
from rehearsal.stack_files import write_stack_files
from rehearsal.stack_runner import StackRunner
from rehearsal.token_issuer import TokenIssuer

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("program")
STACK = "vault"
ORG = "arcodange-org"
SHARED = "shared__policy"
SHARED_PATH = "kvv1/shared/thing"
CHANGED: Mapping[str, Mapping[str, JsonValue]] = {
    "sys/policies/acl/canary": {"policy": 'path "*" { capabilities = ["sudo", "read"] }'},
    "auth/gitea_jwt/role/gitea_cicd_canary": {
        "role_type": "jwt", "user_claim": "sub", "bound_audiences": "vault", "token_policies": "root",
        "bound_claims": {"repository": [f"{ORG}/canary", f"{ORG}/erp"]},
    },
    "kvv2/data/canary/config": {"data": {"url": "https://elsewhere.test"}},
    "postgres/roles/canary": {"db_name": "canary", "creation_statements": ["CREATE ROLE x SUPERUSER"]},
}  # fmt: skip
REMOVED = (
    "auth/kubernetes/role/erp", "postgres/config/webapp", "sys/policies/acl/webapp-ops", "kvv2/metadata/erp/config",
)  # fmt: skip
ACCOUNTS = {"canary": ("canary", "canary"), "stranger": ("default", "canary")}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Everything that runs."""

    lab: Lab
    """PostgreSQL, PgBouncer and the stack `postgres`, applied."""
    vault: VaultServer
    """Vault, unsealed."""
    issuer: TokenIssuer
    """Who signs the tokens of workflows."""
    accounts: Mapping[str, str]
    """Name → token of a service account."""
    stack: StackRunner
    """The Vault components."""
    first: Document
    """What the first run did."""

    def workflow_token(self, repository: str, *, audience: str = "vault", issuer: TokenIssuer | None = None) -> str:
        """Return a token as a workflow of *repository* has it."""
        claims = {"repository": repository, "sub": f"repo:{repository}:ref:refs/heads/main"}
        return (issuer or self.issuer).token(audience=audience, claims=claims)

    def log_in(self, login: str, *, role: str, token: str) -> httpx.Response:
        """Ask Vault for a token of its own."""
        with self.vault.client() as client:
            return client.put(f"auth/{login}/login", json={"role": role, "jwt": token})

    @contextmanager
    def as_workflow(self, application: str) -> Iterator[httpx.Client]:
        """Work with the rights of an application's workflows."""
        token = self.workflow_token(f"{ORG}/{application}")
        answer = self.log_in("gitea_jwt", role=f"gitea_cicd_{application}", token=token).raise_for_status()
        with self.vault.client(answer.json()["auth"]["client_token"]) as client:
            yield client

    @contextmanager
    def as_root(self) -> Iterator[httpx.Client]:
        """Work with all rights."""
        with self.vault.client(self.vault.root_token) as client:
            yield client


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """Apply the stack `postgres`, then the Vault components, for the applications of production."""
    with ExitStack() as stack:
        folder = stack.enter_context(own_folder())
        lab = stack.enter_context(bring_up(folder, Wishes(engine="embedded", providers="standin"), say=print))
        expect_success(lab.stack.run("up"))
        authority = ThrowAwayAuthority()
        vault = stack.enter_context(VaultServer(folder=folder / "vault", authority=authority))
        vault.initialise()
        signer = TokenIssuer("https://cluster.test")
        accounts = {name: _account_token(signer, *account) for name, account in ACCOUNTS.items()}
        known = {accounts[name]: account for name, account in ACCOUNTS.items()}
        cluster = stack.enter_context(token_review(authority, folder=folder, accounts=known))
        issuer = TokenIssuer("https://forge.test")
        settings: dict[str, JsonValue] = {
            "address": vault.address,
            "ca_file": str(vault.root_file),
            "issuer": issuer.issuer,
            "public_key": issuer.public_key + "\n",
            "repository": f"{ORG}/factory",
            "kubernetes_host": cluster,
            "kubernetes_ca": authority.root,
            "shared_policies": {SHARED: [SHARED_PATH]},
            "more_policies": {"webapp": [SHARED]},
            "database_host": lab.bouncer.host,
            "database_port": lab.bouncer.port,
            "apps": [app.model_dump() for app in lab.settings.apps],
        }
        project = folder / "main"
        project.mkdir()
        plugins = {"vault": CHECKOUT / "rehearsal" / "standins" / "vault", "factory": CHECKOUT / "provider"}
        write_stack_files(project, stack=STACK, program=PROGRAM, settings=settings, plugins=plugins)
        editor = lab.stack.secret_output("credentials_editor_password")
        runner = StackRunner(
            project, stack=STACK, engine="embedded", checkout=CHECKOUT,
            secrets_of_providers={"VAULT_TOKEN": vault.root_token, "EDITOR_PASSWORD": editor},
        )  # fmt: skip
        first = runner.run("up")
        expect_success(first)
        yield Place(lab=lab, vault=vault, issuer=issuer, accounts=accounts, stack=runner, first=first)


def _account_token(signer: TokenIssuer, namespace: str, name: str) -> str:
    account = {"namespace": namespace, "serviceaccount": {"name": name, "uid": f"uid-{namespace}-{name}"}}
    # A cluster writes the audiences as a list.
    claims = {"sub": f"system:serviceaccount:{namespace}:{name}", "aud": ["vault"], "kubernetes.io": account}
    return signer.token(audience="vault", claims=claims)


def test_second_run_changes_nothing(place: Place) -> None:
    """All applications of production are declared at once; a second run, with a refresh, finds nothing to do."""
    expect_success(second := place.stack.run("up", refresh=True))

    assert len(place.first.steps) > 40
    assert changes(second) == []


def test_workflow_gets_exactly_its_policies(place: Place) -> None:
    """A token of the canary's repository gives the canary's policy; the one with a shared policy has that as well."""
    for application, policies in {
        "canary": ["canary-ops", "default"],
        "webapp": ["default", SHARED, "webapp-ops"],
    }.items():
        with place.as_workflow(application) as client:
            found = client.get("auth/token/lookup-self").raise_for_status().json()["data"]
        assert sorted(found["policies"]) == policies


def test_workflow_is_refused_what_is_not_its_own(place: Place) -> None:
    """It reads its own secrets and no other application's, and writes none, not even its own."""
    with place.as_workflow("canary") as client:
        own = client.get("kvv2/data/canary/config").raise_for_status().json()["data"]["data"]
        assert own["database_credentials"] == "postgres/creds/canary"
        for path in ("kvv2/data/erp/config", "postgres/creds/erp", SHARED_PATH, "sys/mounts", "kvv2/data/canaryx/a"):
            assert client.get(path).status_code == httpx.codes.FORBIDDEN, path
        assert client.put("kvv2/data/canary/config", json={"data": {}}).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize(
    ("repository", "audience", "stranger", "reason"),
    [
        (f"{ORG}/erp", "vault", False, 'claim "repository" does not match'),
        (f"{ORG}/canary2", "vault", False, 'claim "repository" does not match'),
        ("someone/canary", "vault", False, 'claim "repository" does not match'),
        (f"{ORG}/canary", "other", False, "audience"),
        (f"{ORG}/canary", "vault", True, "signature"),
    ],
)
def test_token_of_another_is_refused(
    place: Place, repository: str, audience: str, stranger: bool, reason: str  # noqa: FBT001 - given by name
) -> None:  # fmt: skip
    """Another repository, another audience and another signer do not get the canary's role."""
    issuer = TokenIssuer(place.issuer.issuer) if stranger else None
    token = place.workflow_token(repository, audience=audience, issuer=issuer)

    answer = place.log_in("gitea_jwt", role="gitea_cicd_canary", token=token)

    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert reason in answer.json()["errors"][0]


def test_service_account_gets_the_runtime_policy(place: Place) -> None:
    """The canary's service account gets its runtime policy; one of that name in another namespace gets nothing."""
    answer = place.log_in("kubernetes", role="canary", token=place.accounts["canary"]).raise_for_status()
    refused = place.log_in("kubernetes", role="canary", token=place.accounts["stranger"])

    assert sorted(answer.json()["auth"]["policies"]) == ["canary", "default"]
    assert refused.status_code == httpx.codes.FORBIDDEN
    with place.vault.client(answer.json()["auth"]["client_token"]) as client:
        assert client.get("kvv2/data/canary/config").status_code == httpx.codes.OK
        assert client.get("kvv2/data/erp/config").status_code == httpx.codes.FORBIDDEN


def test_short_lived_user_works_and_is_dead_after_revoke(place: Place) -> None:
    """It works through PgBouncer as the owner; after its end it cannot come back, and what it made is the owner's."""
    with place.as_workflow("canary") as client:
        lease = client.get("postgres/creds/canary").raise_for_status().json()
    user, password = lease["data"]["username"], lease["data"]["password"]
    session = place.lab.bouncer.connect("canary", user=user, password=password)
    assert session.execute("SELECT current_user::text").fetchone() == ("canary_role",)
    session.execute("CREATE TABLE made_by_a_user (note text)")
    session.execute("SET ROLE NONE")
    session.execute("CREATE TABLE made_as_itself (note text)")

    with place.as_root() as client:
        client.put("sys/leases/revoke", json={"lease_id": lease["lease_id"], "sync": True}).raise_for_status()

    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    for server in (place.lab.bouncer, place.lab.server):
        with pytest.raises(psycopg.OperationalError, match=r"authentication failed|no such user"):
            server.connect("canary", user=user, password=password)
    with place.lab.server.connect("canary") as superuser:
        owners = superuser.execute(
            "SELECT tablename, tableowner FROM pg_tables WHERE tablename LIKE 'made%'"
        ).fetchall()
        superuser.execute("DROP TABLE made_by_a_user, made_as_itself")
    assert sorted(owners) == [("made_as_itself", "canary_role"), ("made_by_a_user", "canary_role")]


def test_changes_by_hand_are_seen_and_put_right(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Widened rights and removed objects are shown; a run with the rights of this stack's workflows puts them right."""
    token = place.workflow_token(f"{ORG}/factory")
    answer = place.log_in("gitea_jwt", role="gitea_cicd", token=token).raise_for_status()
    workflow = answer.json()["auth"]["client_token"]
    monkeypatch.setitem(place.stack._secrets, "VAULT_TOKEN", workflow)  # noqa: SLF001 - what the workflow sets
    with place.as_root() as client:
        for path, body in CHANGED.items():
            client.put(path, json=body).raise_for_status()
        for path in REMOVED:
            client.delete(path).raise_for_status()
    shown = place.stack.run("preview", refresh=True)
    expect_success(shown)
    seen = {step.type.rpartition(":")[2]: set(step.diff) for step in shown.steps if step.op == "update"}
    made = {step.type.rpartition(":")[2] for step in shown.steps if step.op == "create"}

    expect_success(place.stack.run("up", refresh=True))

    assert seen["Policy"] == {"policy"}
    assert seen["AuthBackendRole"] >= {"boundClaims", "tokenPolicies"}
    assert seen["KvSecret"] >= {"values.url"}
    assert seen["SecretBackendRole"] >= {"creationStatements"}
    assert made == {"AuthBackendRole", "SecretBackendConnection", "KvSecret"}
    assert changes(place.stack.run("preview", refresh=True)) == []
    with place.vault.client(workflow) as client:
        assert client.get("postgres/creds/erp").status_code == httpx.codes.FORBIDDEN


def test_no_secret_lies_in_plain_in_the_state(place: Place) -> None:
    """Neither the editor's password nor Vault's token is in the state file."""
    state = (place.stack.state / ".pulumi" / "stacks" / "factory" / f"{STACK}.json").read_text(encoding="utf-8")
    editor = place.lab.stack.secret_output("credentials_editor_password")

    assert json.loads(state)["checkpoint"]["latest"]["resources"]
    assert [text for text in (editor, place.vault.root_token, *place.vault.shares) if text in state] == []
