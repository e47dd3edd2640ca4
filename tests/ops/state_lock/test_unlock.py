"""`./factory state unlock`: who may take a lock away."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.lock import StackLock
from rehearsal.bring_up import CHECKOUT
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer

REPOSITORY = "lab/factory"
TAKEN = "2026-01-02T03:04:05Z"
FOREIGN = {"pid": 412, "username": "ci", "hostname": "runner", "timestamp": TAKEN}
SUCCESS = 1
PATIENCE_SECONDS = 60
WORKFLOW = "on: [push]\njobs:\n  apply:\n    runs-on: factory\n    steps:\n      - run: ./factory apply postgres\n"


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    """Make a project with a stack, and return the folder of its locks."""
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\nbackend:\n  url: file://./state\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("{}\n")
    folder = tmp_path / "state" / ".pulumi" / "locks" / "organization" / "small" / "dev"
    folder.mkdir(parents=True)
    return folder


def _unlock(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "GIT"))}
    return subprocess.run(
        [sys.executable, "-P", "-m", "ops", "state", "unlock", "dev", "--cwd", str(folder), *words], cwd=CHECKOUT,
        env={**inherited, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _left(locks: Path, **others: object) -> Path:
    """Leave a lock as a run on another machine does."""
    file = locks / "left.json"
    file.write_text(json.dumps({**FOREIGN, **others}), encoding="utf-8")
    return file


def test_by_name(locks: Path, tmp_path: Path) -> None:
    """Nobody is told apart from the owner: without the right name the lock stays, with it the lock is gone."""
    file = _left(locks)

    unnamed, other = _unlock(tmp_path), _unlock(tmp_path, "--holder", "anna@laptop")
    assert (unnamed.returncode, other.returncode, file.exists()) == (1, 1, True)
    assert "the stack is locked by ci@runner (process 412) since" in unnamed.stderr
    assert "the lock is not of anna@laptop: ci@runner (process 412)" in other.stderr

    done = _unlock(tmp_path, "--holder", "ci@runner")
    assert (done.returncode, file.exists()) == (0, False), done.stderr
    assert "taken away: the lock of ci@runner (process 412)" in done.stdout
    assert _unlock(tmp_path).stdout == "dev is not locked\n"


def test_a_process_at_work_keeps_its_lock(locks: Path, tmp_path: Path) -> None:
    """Neither our own lock nor the official CLI's of a process that lives here is taken away, whatever is said."""
    with StackLock(locks):
        (told,) = (json.loads(file.read_text(encoding="utf-8")) for file in locks.glob("*.json"))
        ours = _unlock(tmp_path, "--holder", f"{told['username']}@{told['hostname']}")
    assert ours.returncode == 1
    assert f"process {os.getpid()} is at work on this machine" in ours.stderr

    file = _left(locks, pid=os.getpid(), hostname=socket.gethostname())
    assert _unlock(tmp_path, "--holder", f"ci@{socket.gethostname()}").returncode == 1
    assert file.exists()


@pytest.fixture
def gitea() -> Iterator[tuple[GiteaServer, PostgresServer]]:
    """Bring up a Gitea with a run of a workflow."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "pg") as server,
        GiteaServer(server, folder=folder / "gitea") as running,
    ):
        yield running, server


@pytest.mark.slow
def test_by_a_run_that_ended(gitea: tuple[GiteaServer, PostgresServer], locks: Path, tmp_path: Path) -> None:
    """The forge says whether a run is over and when it was at work; only a lock of that time is taken away."""
    forge, server = gitea
    ca = tmp_path / "ca.pem"
    ca.write_text(forge.authority.root, encoding="utf-8")
    environment = {
        "GITEA_TOKEN": forge.token, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_SERVER_URL": forge.url,
        "SSL_CERT_FILE": str(ca),
    }  # fmt: skip
    number = _run_of_a_workflow(forge)
    file = _left(locks)

    waiting = _unlock(tmp_path, "--run", str(number), **environment)
    assert "it is queued. Wait for it" in waiting.stderr
    _set(server, number, status=SUCCESS, began="2026-01-02T04:00:00Z", ended="2026-01-02T04:01:00Z")
    later = _unlock(tmp_path, "--run", str(number), **environment)
    assert "it is another run's" in later.stderr
    unknown = _unlock(tmp_path, "--run", "999", **environment)
    assert "the forge knows no such run" in unknown.stderr
    assert {each.returncode for each in (waiting, later, unknown)} == {1}
    assert file.exists()

    _set(server, number, status=SUCCESS, began="2026-01-02T03:04:00Z", ended="2026-01-02T03:05:00Z")
    done = _unlock(tmp_path, "--run", str(number), **environment)
    assert (done.returncode, file.exists()) == (0, False), done.stderr


def _run_of_a_workflow(forge: GiteaServer) -> int:
    """Push a workflow; its run waits for a runner, which there is none of."""
    with forge.client() as client:
        client.post("/orgs", json={"username": "lab"}).raise_for_status()
        client.post("/orgs/lab/repos", json={"name": "factory", "auto_init": True}).raise_for_status()
        content = {"content": base64.b64encode(WORKFLOW.encode()).decode(), "message": "ci: apply", "branch": "main"}
        client.post(f"/repos/{REPOSITORY}/contents/.gitea/workflows/apply.yaml", json=content).raise_for_status()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (runs := client.get(f"/repos/{REPOSITORY}/actions/runs").raise_for_status().json()["workflow_runs"]):
            assert time.monotonic() < deadline, "expected a run of the workflow that was pushed"
            time.sleep(0.2)
    return int(runs[0]["id"])


def _set(server: PostgresServer, number: int, *, status: int, began: str, ended: str) -> None:
    """Let the forge's own table say what a runner would have told it."""
    started, stopped = (int(datetime.fromisoformat(each).timestamp()) for each in (began, ended))
    with server.connect("gitea") as connection:
        connection.execute(
            "UPDATE action_run SET status = %s, started = %s, stopped = %s WHERE id = %s",
            [status, started, stopped, number],
        )
