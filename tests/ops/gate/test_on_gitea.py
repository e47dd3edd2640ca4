"""Comments, merges and what is refused, on a real Gitea."""

import base64
import dataclasses
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rehearsal.servers.gitea import GiteaServer
from tests.ops.gate.gated_stack import GatedStack

pytestmark = pytest.mark.slow

REPOSITORY = "lab/factory"
STRANGER = "stranger"
PATIENCE_SECONDS = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Forge:
    """A Gitea with a repository, and the stack that its workflows would run."""

    gitea: GiteaServer
    stack: GatedStack
    client: httpx.Client
    ca: Path

    def opened(self, name: str) -> int:
        """Open a pull request that adds a file, and return its number."""
        content = base64.b64encode(name.encode()).decode()
        self.call(
            "POST",
            f"/repos/{REPOSITORY}/contents/{name}",
            {"content": content, "message": f"feat: {name}", "new_branch": name, "branch": "main"},
        )
        opened = self.call("POST", f"/repos/{REPOSITORY}/pulls", {"base": "main", "head": name, "title": name})
        return int(opened.json()["number"])

    def plan(self, number: int) -> subprocess.CompletedProcess[str]:
        """Plan as the workflow of the pull request does."""
        done = self.stack.run(
            "plan", "--review", f"{REPOSITORY}#{number}", "--comment", environment=self.environment(commit="")
        )
        assert done.returncode == 0, done.stderr
        return done

    def merged(self, number: int) -> str:
        """Merge, and return the commit on main."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        # Until Gitea has looked for conflicts it answers "try again later".
        while not (merge := self._merge(number)).is_success and time.monotonic() < deadline:
            time.sleep(0.2)
        assert merge.is_success, merge.text
        return str(self.call("GET", f"/repos/{REPOSITORY}/branches/main").json()["commit"]["id"])

    def _merge(self, number: int) -> httpx.Response:
        return self.client.post(f"/repos/{REPOSITORY}/pulls/{number}/merge", json={"Do": "merge"})

    def apply(self, commit: str) -> subprocess.CompletedProcess[str]:
        """Apply as the workflow of main does."""
        return self.stack.run("apply", environment=self.environment(commit=commit))

    def comments(self, number: int) -> list[dict[str, object]]:
        """Return the comments on a pull request."""
        found: list[dict[str, object]] = self.call("GET", f"/repos/{REPOSITORY}/issues/{number}/comments").json()
        return found

    def call(self, method: str, path: str, body: dict[str, object] | None = None) -> httpx.Response:
        """Ask Gitea as the administrator."""
        answer = self.client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer

    def environment(self, *, commit: str) -> dict[str, str]:
        """Return what a workflow has."""
        return {
            "GITEA_TOKEN": self.gitea.token,
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": self.gitea.url,
            "GITHUB_SHA": commit,
            "SSL_CERT_FILE": str(self.ca),
        }


@pytest.fixture(scope="module")
def forge(gated: GatedStack) -> Iterator[Forge]:
    """Bring up a Gitea with an organisation, a repository and somebody else who may write there."""
    folder = gated.lab.folder / "gitea"
    with GiteaServer(gated.lab.server, folder=folder) as gitea, gitea.client() as client:
        ca = gated.lab.folder / "ca.pem"
        ca.write_text(gitea.authority.root, encoding="utf-8")
        found = Forge(gitea=gitea, stack=gated, client=client, ca=ca)
        found.call("POST", "/orgs", {"username": "lab", "visibility": "private"})
        found.call(
            "POST", "/orgs/lab/repos", {"name": "factory", "private": True, "auto_init": True, "default_branch": "main"}
        )
        found.call(
            "POST", "/admin/users",
            {
                "username": STRANGER, "email": "s@example.org", "password": "long-enough-1",
                "must_change_password": False,
            },
        )  # fmt: skip
        found.call("PUT", f"/repos/{REPOSITORY}/collaborators/{STRANGER}", {"permission": "admin"})
        yield found


def test_comment_merge_applied_once(forge: Forge) -> None:
    """Ten pushes leave one comment; the merge applies its plan, and a second run of the same merge is refused."""
    number = forge.opened("first")
    file = forge.stack.lab.stack.folder / "Pulumi.postgres.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("- name: canary", "- name: merged\n    - name: canary"), encoding="utf-8")
    said = [forge.plan(number).stdout for _ in range(10)]

    (only,) = forge.comments(number)
    commit = forge.merged(number)
    first, second = forge.apply(commit), forge.apply(commit)

    digest = said[-1].split("digest: ")[1].split()[0]
    assert f"<!-- factory:digest {digest} -->" in str(only["body"])
    assert "<code>merged</code>" in str(only["body"])
    assert forge.stack.lab.server.password not in str(only["body"])
    assert first.returncode == 0, first.stderr
    assert second.returncode == 1
    assert "state: the state has moved since the review" in second.stderr


def test_comment_edited_by_somebody_else(forge: Forge) -> None:
    """A comment that another administrator of the repository edited is no review, nor is one that they wrote."""
    number = forge.opened("second")
    forge.plan(number)
    (ours,) = forge.comments(number)
    edited = str(ours["body"]).replace("unchanged", "untouched")
    stranger = httpx.BasicAuth(STRANGER, "long-enough-1")
    with forge.gitea.client() as client:
        del client.headers["Authorization"]
        client.patch(
            f"/repos/{REPOSITORY}/issues/comments/{ours['id']}", json={"body": edited}, auth=stranger
        ).raise_for_status()
        client.post(
            f"/repos/{REPOSITORY}/issues/{number}/comments", json={"body": ours["body"]}, auth=stranger
        ).raise_for_status()

    refused = forge.apply(forge.merged(number))

    assert refused.returncode == 1
    assert f"the comment with the plan on {REPOSITORY}#{number} was edited, or is of another" in refused.stderr


def test_comment_of_another_pull_request(forge: Forge) -> None:
    """A plan that was made for one request is not taken from another one, though it is unaltered."""
    one, other = forge.opened("third"), forge.opened("fourth")
    forge.plan(one)
    (ours,) = forge.comments(one)
    forge.call("POST", f"/repos/{REPOSITORY}/issues/{other}/comments", {"body": ours["body"]})

    refused = forge.apply(forge.merged(other))

    assert refused.returncode == 1
    assert f"the comment with the plan on {REPOSITORY}#{other} was edited, or is of another" in refused.stderr


def test_pushed_without_a_request(forge: Forge) -> None:
    """A commit that came to main by a push, and a request without a plan, apply nothing."""
    content = base64.b64encode(b"pushed").decode()
    forge.call(
        "POST", f"/repos/{REPOSITORY}/contents/pushed", {"content": content, "message": "feat: p", "branch": "main"}
    )
    pushed = str(forge.call("GET", f"/repos/{REPOSITORY}/branches/main").json()["commit"]["id"])
    unplanned = forge.merged(forge.opened("fifth"))

    assert "came to main without a pull request" in forge.apply(pushed).stderr
    assert "expected one comment with the plan of postgres" in forge.apply(unplanned).stderr
