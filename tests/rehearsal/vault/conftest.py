"""One Vault for the tests of this folder."""

from collections.abc import Iterator

import pytest

from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer


@pytest.fixture(scope="module")
def vault() -> Iterator[VaultServer]:
    """Run a Vault that serves."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        server.initialise()
        yield server
