"""A Gitea with a repository whose pull requests are planned, merged and applied."""

import base64
import contextlib
import dataclasses
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from rehearsal.gate.gated_stack import MAIN, GatedStack
from rehearsal.lab import expect
from rehearsal.servers.gitea import GiteaServer

ORG, NAME = "lab", "factory"
REPOSITORY = f"{ORG}/{NAME}"
STRANGER, PASSWORD = "stranger", "long-enough-1"
PATIENCE_SECONDS = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Forge:
    """A Gitea with a repository, and the stack that its workflows would run."""

    gitea: GiteaServer
    """The server."""
    stack: GatedStack
    """What its workflows work with."""
    client: httpx.Client
    """Asks it as the administrator."""
    ca: Path
    """Root of its certificate."""
    said: list[str] = dataclasses.field(default_factory=list)
    """What each run printed, as the page of a workflow's run would show it."""

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

    def plan(self, number: int, *words: str) -> subprocess.CompletedProcess[str]:
        """Plan as the workflow of the pull request does."""
        done = self.run("plan", "--review", f"{REPOSITORY}#{number}", "--comment", *words)
        expect(done.returncode == 0, f"expected a plan of {number}, found: {done.stdout}{done.stderr}")
        return done

    def merged(self, number: int) -> str:
        """Merge, and return the commit on main."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        # Until Gitea has looked for conflicts it answers "try again later".
        while not (merge := self._merge(number)).is_success and time.monotonic() < deadline:
            time.sleep(0.2)
        expect(merge.is_success, f"expected {number} to be merged, found: {merge.text}")
        return self.head()

    def head(self) -> str:
        """Return the newest commit on main."""
        return str(self.call("GET", f"/repos/{REPOSITORY}/branches/main").json()["commit"]["id"])

    def _merge(self, number: int) -> httpx.Response:
        return self.client.post(f"/repos/{REPOSITORY}/pulls/{number}/merge", json={"Do": "merge"})

    def apply(self, commit: str, *, ref: str = MAIN) -> subprocess.CompletedProcess[str]:
        """Apply as the workflow of main does."""
        return self.run("apply", commit=commit, ref=ref)

    def run(
        self, verb: str, *words: str, commit: str = "", ref: str = MAIN, of: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run *verb* with what a workflow has, on the stack or on another one *of* its folder."""
        environment = {**self.environment(commit=commit), "GITHUB_REF": ref}
        done = self.stack.run(verb, *words, environment=environment, of=of)
        self.said.append(done.stdout + done.stderr)
        return done

    def comments(self, number: int) -> list[dict[str, object]]:
        """Return the comments on a pull request."""
        found: list[dict[str, object]] = self.call("GET", f"/repos/{REPOSITORY}/issues/{number}/comments").json()
        return found

    def edited(self, comment: object, body: str) -> None:
        """Edit a *comment* as somebody else who may write in the repository."""
        with self.gitea.client() as client:
            del client.headers["Authorization"]
            client.patch(
                f"/repos/{REPOSITORY}/issues/comments/{comment}", json={"body": body},
                auth=httpx.BasicAuth(STRANGER, PASSWORD),
            ).raise_for_status()  # fmt: skip

    def call(self, method: str, path: str, body: dict[str, object] | None = None) -> httpx.Response:
        """Ask Gitea as the administrator."""
        answer = self.client.request(method, path, json=body)
        expect(answer.is_success, f"expected {method} {path} to succeed, found: {answer.text}")
        return answer

    def environment(self, *, commit: str) -> dict[str, str]:
        """Return what a workflow has."""
        return {
            "GITEA_TOKEN": self.gitea.token,
            "GITHUB_REF": MAIN,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": self.gitea.url,
            "GITHUB_SHA": commit,
            "SSL_CERT_FILE": str(self.ca),
        }


@contextlib.contextmanager
def forge_of(stack: GatedStack) -> Iterator[Forge]:
    """Bring up a Gitea of its own for the repository."""
    folder = stack.lab.folder
    with (
        GiteaServer(stack.lab.server, folder=folder / "gitea") as gitea,
        forge_on(gitea, stack, folder=folder) as forge,
    ):
        yield forge


@contextlib.contextmanager
def forge_on(gitea: GiteaServer, stack: GatedStack, *, folder: Path) -> Iterator[Forge]:
    """Make an organisation, a repository and somebody else who may write there on *gitea*."""
    ca = folder / "gate-root.pem"
    ca.write_text(gitea.authority.root, encoding="utf-8")
    with gitea.client() as client:
        found = Forge(gitea=gitea, stack=stack, client=client, ca=ca)
        found.call("POST", "/orgs", {"username": ORG, "visibility": "private"})
        found.call(
            "POST", f"/orgs/{ORG}/repos",
            {"name": NAME, "private": True, "auto_init": True, "default_branch": "main"},
        )  # fmt: skip
        account = {"username": STRANGER, "email": "s@example.org", "password": PASSWORD}
        found.call("POST", "/admin/users", {**account, "must_change_password": False})
        found.call("PUT", f"/repos/{REPOSITORY}/collaborators/{STRANGER}", {"permission": "admin"})
        yield found
