"""One Vault for the tests of this folder, without keys at the beginning of each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.fault_proxy import FaultProxy
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer
from tests.provider.vault_seal.operator_machine import OperatorMachine
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
def machine(bare: VaultServer, tmp_path: Path) -> OperatorMachine:
    """Give a machine without keys beside a Vault without keys."""
    return OperatorMachine(tmp_path, url=bare.address, ca=bare.authority.root)


@pytest.fixture
def proxy(bare: VaultServer) -> Iterator[FaultProxy]:
    """Stand before the Vault."""
    with FaultProxy(bare.address, trust=bare.authority.root, authority=bare.authority) as proxy:
        yield proxy
