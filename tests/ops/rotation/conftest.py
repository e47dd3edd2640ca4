"""A real Gitea and a real Vault, and a small stack between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.rotation.homes import Homes
from ops.rotation.proofs.ssh_key_proof import SshKeyProof
from ops.rotation.stack_file import StackFile
from provider.gitea.address import GiteaAddress
from provider.gitea.api import GiteaApi
from provider.vault.address import VaultAddress
from provider.vault.session import VaultSession
from rehearsal.servers.gitea import GiteaServer
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.servers.vault import VaultServer
from tests.ops.rotation.small_stack import FIELD, ORG, PATH, SECRET, TITLE, USER, SmallStack


@pytest.fixture(scope="module")
def vault() -> Iterator[VaultServer]:
    """Run a Vault with an engine for secrets."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        server.initialise()
        with server.client(server.root_token) as client:
            client.put("sys/mounts/kvv1", json={"type": "kv", "options": {"version": "1"}}).raise_for_status()
        yield server


@pytest.fixture(scope="module")
def gitea() -> Iterator[GiteaServer]:
    """Run a Gitea with an organisation and an account."""
    with (
        own_folder() as folder,
        PostgresServer("16", folder=folder / "postgresql") as database,
        GiteaServer(database, folder=folder / "gitea") as server,
    ):
        with server.client() as hand:
            hand.post("/orgs", json={"username": ORG}).raise_for_status()
            new = {"username": USER, "email": "reader@example.org", "password": "a-password"}
            hand.post("/admin/users", json={**new, "must_change_password": False}).raise_for_status()
        yield server


@pytest.fixture
def small_stack(
    vault: VaultServer, gitea: GiteaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallStack]:
    """Give a stack of one SSH key, applied once."""
    monkeypatch.setenv("VAULT_TOKEN", vault.root_token)
    monkeypatch.setenv("GITEA_TOKEN", gitea.token)
    file = tmp_path / "Pulumi.main.yaml"
    file.write_text("config:\n  factory:generations: '{}'\n  other: 1\n", encoding="utf-8")
    session = VaultSession(VaultAddress(url=vault.address, ca=vault.authority.root))
    api = GiteaApi(GiteaAddress(url=gitea.url, ca=gitea.authority.root))
    with vault.client(vault.root_token) as in_vault, gitea.client() as on_gitea:
        stack = SmallStack(
            StackFile(file),
            homes=Homes(session, api, path=PATH, place=ORG, secrets=[SECRET]),
            proof=SshKeyProof(api, user=USER, purpose=TITLE, field=FIELD),
            vault=in_vault,
            gitea=on_gitea,
        )
        stack.up()
        yield stack
        stack.take_all_away()
    session.close()
    api.close()
