"""One Vault for the tests of this folder, without keys at the beginning of each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer
from tests.ops.vault.laptop import Laptop
from tests.vault_without_keys import vault_without_keys


@pytest.fixture(scope="package")
def server() -> Iterator[VaultServer]:
    """Run a Vault."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        yield server


@pytest.fixture
def bare(server: VaultServer) -> VaultServer:
    """Give the Vault without keys."""
    return vault_without_keys(server)


@pytest.fixture
def laptop(bare: VaultServer, tmp_path: Path) -> Laptop:
    """Give a laptop without keys."""
    return Laptop(tmp_path, bare)
