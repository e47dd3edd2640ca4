"""A Vault that was killed while it was being initialised."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from provider.factory_error import FactoryError
from provider.vault_seal.explained import NEVER_FINISHED, half_made
from provider.vault_seal.seal_case import SealCase
from rehearsal.servers.vault import VaultServer
from tests.provider.vault_seal.operator_machine import ONE, OperatorMachine

URL = "https://vault.test"
MOMENTS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds after the request; a slow computer needs the later ones."""


@pytest.mark.parametrize(
    "said",
    [
        "could not bootstrap clustered storage: error bootstrapping cluster: cluster already has state",
        "barrier reports initialized but no seal configuration found",
    ],
)
def test_half_made_vault_is_explained(said: str) -> None:
    """Both sentences, as a real one said them after a power cut, lead to the page."""
    explanation = half_made(said, url=URL)

    assert explanation is not None
    assert explanation.startswith(f"Vault at {URL} was killed while it was being initialised")
    assert "docs/runbooks/unseal.md" in explanation
    assert explanation.endswith(said)


def test_another_refusal_is_none() -> None:
    """What Vault refuses for another reason is not called half made."""
    assert half_made("Vault answered 400 to PUT /v1/sys/init: invalid seal configuration", url=URL) is None


@pytest.mark.slow
def test_killed_vault_is_begun_anew(bare: VaultServer, tmp_path: Path) -> None:
    """Killed while it makes its keys, a real Vault is explained, and nothing is kept; with empty storage it begins."""
    for number, moment in enumerate(MOMENTS):
        _kill_while_it_makes_its_keys(bare, after=moment)
        machine = OperatorMachine(tmp_path / str(number), url=bare.address, ca=bare.authority.root)
        machine.folder.parent.mkdir()
        with contextlib.suppress(FactoryError):
            # Killed before it had the request, or after its answer: neither is what is looked for.
            machine.seal.initialise(ONE)
            bare.wipe()
            continue
        if machine.seal.look().case is SealCase.NEW:
            break
        bare.wipe()

    with pytest.raises(FactoryError, match=NEVER_FINISHED):
        machine.seal.initialise(ONE)
    assert machine.files == []
    bare.wipe()
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    assert machine.seal.look().case is SealCase.UNSEALED


def _kill_while_it_makes_its_keys(vault: VaultServer, *, after: float) -> None:
    def ask() -> None:
        with contextlib.suppress(httpx.HTTPError), vault.client() as client:
            client.put("sys/init", json={"secret_shares": 1, "secret_threshold": 1})

    asking, process = threading.Thread(target=ask), vault.pid
    assert process is not None
    asking.start()
    time.sleep(after)
    os.kill(process, signal.SIGKILL)
    asking.join()
    vault.stop()
    vault.start()
