"""Drift made by hand on real servers: one issue that comes and goes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.bring_up import CHECKOUT
from rehearsal.gate.gated_stack import GatedStack
from rehearsal.servers.gitea import GiteaServer

pytestmark = pytest.mark.slow
REPOSITORY = "watch/factory"


def _drift(
    stack: GatedStack, *words: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", "drift", "postgres", "--cwd", str(stack.lab.stack.folder), *words],
        env={**stack.lab.stack.environment(), **(environment or {})}, cwd=CHECKOUT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def _by_hand(stack: GatedStack, statement: str) -> None:
    with stack.lab.server.connect() as connection:
        connection.autocommit = True
        connection.execute(statement.encode())


def test_issue_is_opened_updated_closed(gated: GatedStack, tmp_path: Path) -> None:
    """Silent when clean; one issue while something drifts, with each object; closed when it was repaired."""
    with GiteaServer(gated.lab.server, folder=gated.lab.folder / "watched") as gitea, gitea.client() as client:
        assert client.post("/orgs", json={"username": "watch"}).is_success
        assert client.post("/orgs/watch/repos", json={"name": "factory", "auto_init": True}).is_success
        ca = tmp_path / "ca.pem"
        ca.write_text(gitea.authority.root, encoding="utf-8")
        forge = {
            "GITEA_TOKEN": gitea.token, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_SERVER_URL": gitea.url,
            "SSL_CERT_FILE": str(ca),
        }  # fmt: skip

        def issues() -> list[tuple[str, str, str]]:
            listed = client.get(f"/repos/{REPOSITORY}/issues", params={"state": "all", "type": "issues"}).json()
            return [(each["state"], each["title"], each["body"]) for each in listed]

        clean = _drift(gated, "--issue", environment=forge)
        assert (clean.returncode, clean.stdout) == (0, ""), clean.stderr
        assert issues() == []

        _by_hand(gated, "ALTER ROLE canary_role CREATEDB")
        _by_hand(gated, "GRANT CONNECT ON DATABASE canary TO PUBLIC")
        page = tmp_path / "drift.html"
        found = _drift(gated, "--issue", "--page", str(page), environment=forge)
        again = _drift(gated, "--issue", environment=forge)
        assert (found.returncode, again.returncode) == (1, 1), found.stderr
        ((state, title, body),) = issues()
        assert (state, title) == ("open", "Drift: 2 in postgres")
        assert body.count("**changed**") == 2
        assert gated.lab.server.password not in body + page.read_text(encoding="utf-8")

        # What the operator's machine said of the hosts: the workflow cannot ask them, and must not forget it.
        of_hosts = "- **changed** pi1-dns\n<!-- factory:since 0123456789abcdef 2026-01-01T04:00Z hosts -->"
        ((number, body),) = [
            (each["number"], each["body"]) for each in client.get(f"/repos/{REPOSITORY}/issues?type=issues").json()
        ]
        client.patch(f"/repos/{REPOSITORY}/issues/{number}", json={"body": f"{body}\n\n{of_hosts}"})

        repaired = gated.lab.stack.run("up", refresh=True)
        assert repaired.result == "succeeded"
        assert _drift(gated, "--issue", environment=forge).returncode == 0
        ((state, title, body),) = issues()
        assert (state, title) == ("open", "Drift: 1 in hosts")
        assert of_hosts in body
        client.patch(f"/repos/{REPOSITORY}/issues/{number}", json={"body": body.replace(of_hosts, "")})
        assert _drift(gated, "--issue", environment=forge).returncode == 0
        assert [state for state, _, _ in issues()] == ["closed"]

        _by_hand(gated, "ALTER ROLE canary_role CREATEDB")
        assert _drift(gated, "--issue", environment=forge).returncode == 1
        assert [state for state, _, _ in issues()] == ["open"]
        gated.lab.stack.run("up", refresh=True)


def test_what_cannot_be_asked_is_said_as_such(gated: GatedStack) -> None:
    """A server that lets nobody in makes nothing clean, and nothing gone."""
    done = _drift(gated, "--json", environment={"PGPASSWORD": "wrong"})

    states = {finding["state"] for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert states == {"not reached"}
