"""A program with every resource on Gitea, run by the embedded engine against the real server."""

import base64
import dataclasses
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ops.official.event_log import Document
from provider.gitea.address import TOKEN_VARIABLE
from rehearsal.servers.gitea import GiteaServer
from rehearsal.stack_runner import PROJECT, StackRunner
from tests.provider.gitea.conftest import ORGANIZATION, REPOSITORY
from tests.provider.gitea.edge_program import SETTINGS_VARIABLE
from tests.provider.gitea.lives import FIRST_KEY

ROOT = Path(__file__).resolve().parents[3]
STACK = "edge"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Edge:
    """The program, through its life."""

    runner: StackRunner
    """What runs it."""
    made: Document
    """What the first run did."""
    drifted: Document
    """What a preview said after changes by hand."""
    repaired: Document
    """What the next run did."""
    unchanged: Document
    """What the run after that did."""
    told: dict[str, str]
    """What the program was told, secrets included."""


@pytest.fixture(scope="module")
def edge(gitea: GiteaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """Apply the program, change things by hand, and apply it twice again."""
    folder = tmp_path_factory.mktemp("edge")
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    providers = [{"name": "factory", "path": str(ROOT / "provider")}]
    project = {"name": PROJECT, "runtime": runtime, "plugins": {"providers": providers}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    (folder / f"Pulumi.{STACK}.yaml").write_text("config: {}\n")
    (folder / "__main__.py").write_text("from tests.provider.gitea.edge_program import main\n\nmain()\n")
    told = {
        "url": gitea.url, "ca": gitea.authority.root, "organization": ORGANIZATION,
        "repository": REPOSITORY.partition("/")[2], "key": FIRST_KEY,
        **{name: secrets.token_urlsafe(24) for name in ("password", "value", "hook")},
    }  # fmt: skip
    environment = {TOKEN_VARIABLE: gitea.token, SETTINGS_VARIABLE: json.dumps(told)}
    runner = StackRunner(folder, stack=STACK, engine="embedded", checkout=ROOT, secrets_of_providers=environment)
    made = runner.run("up")
    _change_by_hand(gitea)
    drifted = runner.run("preview", refresh=True)
    repaired, unchanged = runner.run("up", refresh=True), runner.run("up", refresh=True)
    yield Edge(runner=runner, made=made, drifted=drifted, repaired=repaired, unchanged=unchanged, told=told)
    assert runner.run("destroy").result == "succeeded"


def _change_by_hand(gitea: GiteaServer) -> None:
    rule = f"/repos/{REPOSITORY}/branch_protections/edge%2F*"
    with gitea.client() as hand:
        hand.delete(f"/orgs/{ORGANIZATION}/actions/secrets/EDGE").raise_for_status()
        hand.patch(rule, json={"required_approvals": 0}).raise_for_status()
        user = {"source_id": 0, "login_name": "edge-ci", "admin": True}
        hand.patch("/admin/users/edge-ci", json=user).raise_for_status()


def _changes(document: Document) -> dict[str, str]:
    """Return what was done to which resource on Gitea, by type and name, asking left out."""
    return {
        "::".join(step.urn.split("::")[-2:]): step.op
        for step in document.steps
        if step.op not in {"same", "refresh"} and "gitea:" in step.type
    }


@pytest.mark.slow
def test_everything_is_made(edge: Edge) -> None:
    """The first run makes ten objects."""
    assert edge.made.diagnostics == []
    assert list(_changes(edge.made).values()) == ["create"] * 10


@pytest.mark.slow
def test_drift_is_seen_and_repaired(edge: Edge) -> None:
    """Exactly what was changed and deleted by hand is in the preview; the run after the repair changes nothing."""
    expected = {
        "factory:gitea:ActionsSecret::told": "create",
        "factory:gitea:BranchProtection::main": "update",
        "factory:gitea:User::ci": "update",
    }

    assert _changes(edge.drifted) == expected
    assert _changes(edge.repaired) == expected
    assert _changes(edge.unchanged) == {}
    assert edge.unchanged.diagnostics == []


@pytest.mark.slow
def test_no_secret_in_plain(edge: Edge, gitea: GiteaServer) -> None:
    """Neither the state nor the documents hold a secret, in any of the usual spellings."""
    made = edge.runner.secret_output("client_secret")
    texts = [file.read_text(errors="replace") for file in edge.runner.folder.rglob("*") if file.is_file()]
    texts += [each.model_dump_json() for each in (edge.made, edge.drifted, edge.repaired, edge.unchanged)]

    for secret in (made, gitea.token, edge.told["password"], edge.told["value"], edge.told["hook"]):
        spellings = {secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex()}
        assert not [spelling for spelling in spellings for text in texts if spelling in text]


@pytest.mark.slow
def test_digest_is_sealed(edge: Edge) -> None:
    """The salted digest is in the state, encrypted."""
    digests = [each["digest"] for each in edge.runner.resources("factory:gitea:ActionsSecret").values()]

    assert len(digests) == 2
    assert all(isinstance(digest, dict) and "ciphertext" in digest for digest in digests)
