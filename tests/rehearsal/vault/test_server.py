"""The throw-away Vault."""

import base64
import ssl
from pathlib import Path

import httpx
import pytest

from rehearsal.parts import VAULT
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.vault import VaultServer

pytestmark = pytest.mark.slow


def test_it_starts_sealed_and_keeps_what_it_holds() -> None:
    """It waits for its keys, serves with them, waits again after a restart, and has lost nothing then."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        assert server.is_sealed()
        server.initialise()
        assert not server.is_sealed()
        with server.client(server.root_token) as client:
            client.put("sys/policies/acl/kept", json={"policy": 'path "a" {}'}).raise_for_status()

        server.stop()
        server.start()

        assert server.is_sealed()
        server.unseal()
        with server.client(server.root_token) as client:
            assert client.get("sys/policies/acl/kept").status_code == httpx.codes.OK
        pid = server.pid

    assert pid is not None
    assert not Path(f"/proc/{pid}").exists()
    assert not folder.exists()


def test_it_is_the_version_of_production(vault: VaultServer) -> None:
    """It names the version that the part pins."""
    assert vault.release == VAULT.version


def test_it_does_not_run_as_root(vault: VaultServer) -> None:
    """The server's account is not root, whoever starts it."""
    assert Path(f"/proc/{vault.pid}").stat().st_uid != 0


def test_its_keys_are_made_once(vault: VaultServer) -> None:
    """A second initialisation is refused and takes nothing away."""
    with pytest.raises(httpx.HTTPStatusError, match="400 Bad Request"):
        vault.initialise()

    assert not vault.is_sealed()


def test_its_keys_are_in_no_file(vault: VaultServer) -> None:
    """Neither the root token nor a share lies anywhere below its folder."""
    secrets = [vault.root_token, *vault.shares]
    wanted = [text.encode() for text in secrets] + [base64.b64decode(share) for share in secrets[1:]]

    files = [file for file in vault.folder.rglob("*") if file.is_file() and file.name != VAULT.program]
    assert [file.name for file in files for text in wanted if text in file.read_bytes()] == []
    assert "vault.log" in {file.name for file in files}


def test_only_its_own_authority_vouches_for_it(vault: VaultServer) -> None:
    """A client that trusts another authority does not talk to it."""
    stranger = ssl.create_default_context(cadata=ThrowAwayAuthority().root)

    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{vault.address}/v1/sys/health", verify=stranger, trust_env=False)
