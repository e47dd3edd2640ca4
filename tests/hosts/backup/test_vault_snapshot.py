"""A snapshot of a real Vault: made with the least right, whole, and refused when it is not."""

import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from components.vault_base import SNAPSHOT_RIGHTS
from components.vault_policy import vault_policy
from hosts.backup import collect
from hosts.backup.collect import RefusedError, collect_vault, snapshot_fault
from ops.backup_evidence.restore_faults import restore_faults
from ops.backup_evidence.ways import Ways
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.token_review import token_review
from rehearsal.servers.vault import VaultServer
from rehearsal.token_issuer import TokenIssuer
from stacks.host_backup import SNAPSHOT_ACCOUNT

pytestmark = pytest.mark.slow

SOURCE = {"kind": "vault", **SNAPSHOT_ACCOUNT}


@pytest.fixture(scope="module")
def accounts() -> Mapping[str, str]:
    """Return namespace → token of the service account of that name there."""
    signer = TokenIssuer("https://cluster.test")
    return {namespace: _account_token(signer, namespace) for namespace in ("tools", "default")}


@pytest.fixture(scope="module")
def vault(accounts: Mapping[str, str]) -> Iterator[VaultServer]:
    """Run a Vault that believes a service account, and lets it read a snapshot."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        server.initialise()
        known = {token: (namespace, "vault-snapshot") for namespace, token in accounts.items()}
        with (
            token_review(server.authority, folder=folder, accounts=known) as url,
            server.client(server.root_token) as root,
        ):
            for path, content in {
                "sys/auth/kubernetes": {"type": "kubernetes"},
                "auth/kubernetes/config": {
                    "kubernetes_host": url, "kubernetes_ca_cert": server.authority.root, "disable_local_ca_jwt": True,
                },
                "sys/policies/acl/snapshot": {"policy": vault_policy(SNAPSHOT_RIGHTS)},
                "auth/kubernetes/role/snapshot": {
                    "bound_service_account_names": ["vault-snapshot"],
                    "bound_service_account_namespaces": ["tools"], "audience": "vault",
                    "token_policies": ["snapshot"], "token_ttl": 600,
                },
            }.items():  # fmt: skip
                root.put(path, json=content).raise_for_status()
            yield server


@pytest.fixture
def asked(vault: VaultServer, accounts: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a host whose cluster hands out the token of the service account."""
    _cluster(tmp_path, token=accounts["tools"])
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(collect, "ROOT", vault.root_file)
    return tmp_path


def test_snapshot_is_whole_and_proved(vault: VaultServer, asked: Path) -> None:
    """The service account gets a snapshot that the check takes; its token is dead afterwards."""
    folder = asked / "vault"
    folder.mkdir()
    manifest = collect_vault({**SOURCE, "url": vault.address}, folder)
    collect._write_manifest(folder, {"source": "vault", "kind": "vault", **manifest})  # noqa: SLF001 - as it does for all
    assert [*restore_faults(folder, scratch=asked, ways=Ways())] == []
    with vault.client(vault.root_token) as root:
        accessors = root.request("LIST", "auth/token/accessors").json()["data"]["keys"]
    assert len(accessors) == 1


def test_another_account_gets_none(vault: VaultServer, accounts: Mapping[str, str], asked: Path) -> None:
    """The same name in another namespace is not let in."""
    _cluster(asked, token=accounts["default"])
    with pytest.raises(RefusedError, match=r"Vault, auth/kubernetes/login: 403"):
        collect_vault({**SOURCE, "url": vault.address}, asked)


def test_sealed_vault_is_named(vault: VaultServer, asked: Path) -> None:
    """A sealed Vault is refused with the command that opens it."""
    with vault.client(vault.root_token) as root:
        root.put("sys/seal").raise_for_status()
    with pytest.raises(RefusedError, match=r"Vault is sealed: `\./factory vault unseal`"):
        collect_vault({**SOURCE, "url": vault.address}, asked)
    vault.unseal()


@pytest.mark.parametrize("part", [0.5, 0.98])
def test_snapshot_that_was_cut_off_is_refused(vault: VaultServer, asked: Path, part: float) -> None:
    """Half an answer, and one without its last bytes, are no snapshot."""
    collect_vault({**SOURCE, "url": vault.address}, asked)
    whole = (asked / "vault.snap").read_bytes()
    cut = asked / "cut.snap"
    cut.write_bytes(whole[: int(len(whole) * part)])
    assert snapshot_fault(asked / "vault.snap") == ""
    assert snapshot_fault(cut).startswith("no whole snapshot of Vault: ")


def test_other_bytes_are_refused(vault: VaultServer, asked: Path) -> None:
    """A state that is not the one that the snapshot lists is named."""
    collect_vault({**SOURCE, "url": vault.address}, asked)
    unpacked = asked / "unpacked"
    shutil.unpack_archive(asked / "vault.snap", unpacked, "gztar", filter="data")
    state = unpacked / "state.bin"
    state.write_bytes(state.read_bytes()[:-1] + b"\0")
    with tarfile.open(asked / "again.snap", "w:gz") as again:
        for file in unpacked.iterdir():
            again.add(file, arcname=file.name)
    assert snapshot_fault(asked / "again.snap") == "a snapshot of Vault with other bytes than it lists: state.bin"


def _cluster(folder: Path, *, token: str) -> None:
    program = folder / "k3s"
    program.write_text(f"#!/bin/sh\necho {token}\n", encoding="utf-8")
    program.chmod(0o755)


def _account_token(signer: TokenIssuer, namespace: str) -> str:
    account = {
        "namespace": namespace,
        "serviceaccount": {"name": "vault-snapshot", "uid": f"uid-{namespace}-vault-snapshot"},
    }
    # A cluster writes the audiences as a list.
    claims = {"sub": f"system:serviceaccount:{namespace}:vault-snapshot", "aud": ["vault"], "kubernetes.io": account}
    return signer.token(audience="vault", claims=claims, lifetime=24 * 3600)
