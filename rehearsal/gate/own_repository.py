"""The repository of this program on a Gitea, with its real workflows."""

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import yaml
from pydantic import JsonValue

from rehearsal.bring_up import CHECKOUT
from rehearsal.lab import CANARY, expect
from rehearsal.main.edge import Edge
from rehearsal.servers.workflow_runner import WorkflowRunner

WORKFLOWS = Path(".gitea") / "workflows"
LABEL = "factory"
STACKS = ("postgres", "main")
PATIENCE_SECONDS = 300
AUTHOR = "rehearsal"
# Making an environment anew for each job would take most of the time: a runner's image has one. And act forgets what a
# step says last when it fails at once.
LAUNCHER = """#!/bin/sh
ln -sfn "$FACTORY_ENVIRONMENT" .venv
PYTHONPATH=$PWD .venv/bin/python -P -m ops "$@" && exit 0
code=$?
sleep 0.5
exit "$code"
"""


@dataclass(frozen=True, kw_only=True)
class OwnRepository:
    """A clone of the repository, and the Gitea that does its workflows."""

    edge: Edge
    """The servers."""
    folder: Path
    """The clone."""
    client: httpx.Client
    """Asks Gitea as the administrator."""
    said: list[str] = field(default_factory=list)
    """The log of each job."""
    numbers: list[int] = field(default_factory=list)
    """The pull requests."""

    @property
    def name(self) -> str:
        """Organisation and name."""
        return f"{self.edge.settings.org}/{self.edge.settings.repository}"

    def proposed(self, branch: str, *, application: str) -> int:
        """Push a *branch* with one more *application* in both lists, open a pull request, and return its number."""
        self.git("checkout", "--quiet", "-B", branch, "origin/main")
        for stack in STACKS:
            file = self.folder / f"Pulumi.{stack}.yaml"
            text = file.read_text(encoding="utf-8")
            more = re.sub(rf"( *)- name: {CANARY}\b", rf"\1- name: {application}\n\g<0>", text, count=1)
            expect(more != text, f"expected the application {CANARY} in {file.name}, found none")
            file.write_text(more, encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--message", f"feat: {application}")
        self.git("push", "--quiet", "origin", branch)
        # An application brings its repository.
        made = self.client.post(f"/orgs/{self.edge.settings.org}/repos", json={"name": application, "private": True})
        expect(made.is_success, f"expected the repository {application} to be made, found: {made.text}")
        opened = self.call("POST", "pulls", {"base": "main", "head": branch, "title": application})
        self.numbers.append(int(opened.json()["number"]))
        return self.numbers[-1]

    def head(self) -> str:
        """Return the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def merged(self, number: int) -> str:
        """Merge a pull request, and return the commit on main."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        path = f"/repos/{self.name}/pulls/{number}/merge"
        while (answer := self.client.post(path, json={"Do": "merge"})).is_error and time.monotonic() < deadline:
            time.sleep(0.2)
        expect(answer.is_success, f"expected {number} to be merged, found: {answer.text}")
        self.git("fetch", "--quiet", "origin", "main:refs/remotes/origin/main")
        return str(self.call("GET", "branches/main").json()["commit"]["id"])

    def done(self, commit: str) -> dict[str, tuple[str, str]]:
        """Wait for the run about *commit* to end; return job → how it ended, and its log."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (runs := [run for run in self._runs() if run["head_sha"] == commit and run["status"] == "completed"]):
            expect(time.monotonic() < deadline, f"expected a run about {commit} to end, found {self._runs()}")
            time.sleep(0.3)
        jobs = self.call("GET", f"actions/runs/{runs[0]['id']}/jobs").json()["jobs"]
        logs = {job["name"]: self.call("GET", f"actions/jobs/{job['id']}/logs").text for job in jobs}
        self.said.extend(logs.values())
        return {job["name"]: (str(job["conclusion"]), logs[job["name"]]) for job in jobs}

    def _runs(self) -> Sequence[Mapping[str, str]]:
        found: Sequence[Mapping[str, str]] = self.call("GET", "actions/runs").json()["workflow_runs"]
        return found

    def comments(self, number: int) -> list[str]:
        """Return the comments on a pull request."""
        return [str(each["body"]) for each in self.call("GET", f"issues/{number}/comments").json()]

    def call(self, method: str, path: str, body: Mapping[str, JsonValue] | None = None) -> httpx.Response:
        """Ask Gitea about the repository."""
        answer = self.client.request(method, f"/repos/{self.name}/{path}", json=body)
        expect(answer.is_success, f"expected {method} {path} to succeed, found: {answer.text}")
        return answer

    def git(self, *words: str) -> str:
        """Run git in the clone, as the administrator, whose token is in no argument."""
        done = subprocess.run(
            ["/usr/bin/git", "-C", str(self.folder), *words],
            env={
                "PATH": os.defpath, "HOME": str(self.folder), "GIT_SSL_CAINFO": str(self.edge.vault.root_file),
                "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: token {self.edge.gitea.token}",
                **{f"GIT_{who}_{what}": AUTHOR for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            },
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        expect(done.returncode == 0, f"expected git {words[0]} to succeed, found: {done.stderr}")
        return done.stdout.strip()


@contextlib.contextmanager
def own_repository(folder: Path, edge: Edge) -> Iterator[OwnRepository]:
    """Push the program with its workflows, give it what they read, and let a runner do them."""
    clone = _written(folder / "clone", edge)
    machine = {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder / "runner"), "LANG": "C.UTF-8",
        "SSL_CERT_FILE": str(edge.vault.root_file), "GIT_SSL_CAINFO": str(edge.vault.root_file),
        "FACTORY_ENVIRONMENT": str(CHECKOUT / ".venv"),
    }  # fmt: skip
    with (
        edge.gitea.client() as client,
        WorkflowRunner(edge.gitea, folder=folder / "runner", label=LABEL, environment=machine),
    ):
        found = OwnRepository(edge=edge, folder=clone, client=client)
        found.git("init", "--quiet", "--initial-branch", "main")
        found.git("add", "--all", "--force")
        # What came to main without a pull request would be refused, and that is shown elsewhere.
        found.git("commit", "--quiet", "--message", "feat: all of it [skip ci]")
        found.git("remote", "add", "origin", f"{edge.gitea.url}/{found.name}.git")
        found.git("push", "--quiet", "origin", "main")
        found.git("fetch", "--quiet", "origin", "main:refs/remotes/origin/main")
        for name, value in _secrets(edge).items():
            found.call("PUT", f"actions/secrets/{name}", {"data": value})
        for name, value in {"PULUMI_BACKEND_URL": edge.lab.stack.state.as_uri()}.items():
            found.call("POST", f"actions/variables/{name}", {"value": value})
        yield found


def _written(folder: Path, edge: Edge) -> Path:
    """Write what a clone of the rehearsed program holds."""
    listed = subprocess.run(
        ["/usr/bin/git", "-C", str(CHECKOUT), "ls-files", "-z"], capture_output=True, text=True, check=True
    ).stdout
    for name in listed.split("\0"):
        # Its tests, which a workflow of their own runs, and pages are no part of a plan.
        if name and not name.startswith(("tests/", "docs/", "bench/")) and name != str(WORKFLOWS / "test.yaml"):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, target)
    for stack in STACKS:
        shutil.copy2(edge.lab.stack.folder / f"Pulumi.{stack}.yaml", folder / f"Pulumi.{stack}.yaml")
    project = yaml.safe_load((edge.lab.stack.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    del project["main"]
    for each in project["plugins"]["providers"]:
        if each["name"] == "factory":
            each["path"] = "./provider"
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
    (folder / "factory").write_text(LAUNCHER, encoding="utf-8")
    return folder


def _secrets(edge: Edge) -> Mapping[str, str]:
    """Return the credentials that people give to the workflows; the stack itself publishes the others."""
    own = edge.stack.environment()
    clouds = {name: own[name] for name in CLOUDS if name in own}
    password = edge.lab.server.password
    return {
        "FORGE_TOKEN": edge.gitea.token, "PLAN_GITEA_TOKEN": edge.gitea.token, "APPLY_GITEA_TOKEN": edge.gitea.token,
        "PLAN_PGPASSWORD": password, "PGPASSWORD": password,
        "PULUMI_CONFIG_PASSPHRASE": own["PULUMI_CONFIG_PASSPHRASE"],
        **clouds, **{f"PLAN_{name}": value for name, value in clouds.items()},
    }  # fmt: skip


CLOUDS = (
    "CLOUDFLARE_API_TOKEN", "GOOGLE_CREDENTIALS", "OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY",
)  # fmt: skip
"""What the providers of the stack `main` log in with."""
