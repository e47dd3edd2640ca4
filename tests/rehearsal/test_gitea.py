"""The throw-away Gitea."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from components.openssh_key import OpensshKey
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gitea() -> Iterator[GiteaServer]:
    """Run one with its database."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "postgresql") as database,
        GiteaServer(database, folder=folder / "gitea") as server,
    ):
        yield server


def test_version_and_administrator(gitea: GiteaServer) -> None:
    """It has the pinned version, and its administrator's token works."""
    with gitea.client() as client:
        assert gitea.release == "1.25.5"
        assert client.get("/user").json()["is_admin"] is True


def test_certificate(gitea: GiteaServer) -> None:
    """Who does not trust the throw-away authority does not trust it."""
    another = ssl.create_default_context(cadata=ThrowAwayAuthority("another").root)
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(gitea.url, verify=another, trust_env=False)


def test_not_as_root(gitea: GiteaServer) -> None:
    """It runs without root's rights, and its secrets are in files of its own."""
    status = Path(f"/proc/{gitea.pid}/status").read_text()

    assert "Uid:\t0" not in status
    assert (gitea.folder / "app.ini").stat().st_mode & 0o077 == 0
    assert gitea.token not in (gitea.folder / "gitea.log").read_text()


def test_objects_outlive_a_restart(gitea: GiteaServer) -> None:
    """Stopped and started it has the same address, token and repositories, and pages that can be read."""
    before = gitea.url
    with gitea.client() as client:
        client.post("/user/repos", json={"name": "kept", "auto_init": True}).raise_for_status()

    gitea.stop()
    assert gitea.pid is None
    gitea.start()

    with gitea.client() as client:
        assert client.get("/repos/administrator/kept/contents/README.md").is_success
        assert client.get(f"{gitea.url}/user/login").is_success
    assert gitea.url == before


def test_git_by_ssh(gitea: GiteaServer, tmp_path: Path) -> None:
    """`git` reaches a repository with a key that the server knows, and the server is the one that it says it is."""
    key, file, known = OpensshKey.of("x" * 64), tmp_path / "key", tmp_path / "known"
    file.touch(mode=0o600)
    file.write_text(key.private)
    known.write_text(gitea.known_host + "\n")
    with gitea.client() as client:
        client.post("/user/repos", json={"name": "modules", "auto_init": True}).raise_for_status()
        client.post("/user/keys", json={"title": "git", "key": key.public}).raise_for_status()

    said = subprocess.run(
        ["git", "ls-remote", gitea.ssh_url("administrator/modules")],  # noqa: S607 - the system's own git
        env={
            "PATH": "/usr/bin:/bin",
            "GIT_SSH_COMMAND": f"ssh -F none -i {file} -o UserKnownHostsFile={known} -o BatchMode=yes",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stderr) == (0, "")
    assert "refs/heads/main" in said.stdout
