"""A real Vault is initialised once, unsealed on demand, and its first root token is of no use afterwards."""

import json
import stat
from pathlib import Path

import httpx
import pytest

from provider.factory_error import FactoryError
from provider.vault_seal.root_token import root_token
from provider.vault_seal.seal_case import SealCase
from rehearsal.servers.throw_away_authority import ThrowAwayAuthority
from rehearsal.servers.vault import VaultServer
from tests.provider.vault_seal.operator_machine import ONE, TWO_OF_THREE, OperatorMachine

pytestmark = pytest.mark.slow


def test_from_bare_to_serving(machine: OperatorMachine, bare: VaultServer) -> None:
    """Keys are kept under the right modes, Vault serves, and the root token is revoked and kept nowhere."""
    machine.seal.initialise(ONE)
    answer = machine.seal.file.answer.read()
    assert answer is not None
    assert machine.seal.look().case is SealCase.SEALED

    status = machine.seal.unseal()

    assert not status.sealed
    assert machine.seal.look().case is SealCase.UNSEALED
    assert machine.files == ["keys.json", "keys.json.vault"]
    assert stat.S_IMODE(machine.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in machine.folder.iterdir()} == {0o600}
    assert not [file for file in machine.folder.iterdir() if answer.root_token in file.read_text()]
    with bare.client(answer.root_token) as client:
        assert client.get("auth/token/lookup-self").status_code == httpx.codes.FORBIDDEN


def test_restarted_vault_is_opened_by_two_of_three(machine: OperatorMachine, bare: VaultServer) -> None:
    """After a restart it is sealed; two of its three shares open it, and the third is not asked for."""
    machine.seal.initialise(TWO_OF_THREE)
    machine.seal.unseal()
    bare.stop()
    bare.start()
    assert machine.seal.look().case is SealCase.SEALED
    assert machine.seal.look().status.needed == 2

    machine.seal.unseal()

    assert machine.seal.look().case is SealCase.UNSEALED


def test_interrupted_unsealing_is_continued(machine: OperatorMachine, bare: VaultServer) -> None:
    """A share that was given before the interruption counts; a wrong one that somebody gave does no harm."""
    machine.seal.initialise(TWO_OF_THREE)
    shares = json.loads(machine.path.read_text())["shares"]
    with bare.client() as client:
        client.put("sys/unseal", json={"key": shares[2]}).raise_for_status()
    assert machine.seal.look().status.needed == 1
    machine.seal.unseal()

    bare.stop()
    bare.start()
    with bare.client() as client:
        client.put("sys/unseal", json={"key": "ab" * 33}).raise_for_status()
    machine.seal.unseal()

    assert not bare.is_sealed()


def test_second_initialisation_is_refused(machine: OperatorMachine) -> None:
    """A Vault that has keys here is not asked again, and its key file stays as it is."""
    machine.seal.initialise(ONE)
    before = machine.path.read_bytes()

    with pytest.raises(FactoryError, match=r"is sealed and needs 1 more of its 1 shares"):
        machine.seal.initialise(ONE)

    assert machine.path.read_bytes() == before


def test_wiped_vault_is_not_initialised_over_its_keys(machine: OperatorMachine, bare: VaultServer) -> None:
    """Keys here and none there: explained, for the old data may still be somewhere, and nothing is overwritten."""
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    before = machine.path.read_bytes()
    bare.wipe()

    for refused in (lambda: machine.seal.initialise(ONE), machine.seal.unseal):
        with pytest.raises(FactoryError, match=r"not initialised, but .* belongs to one that was.*move .* away"):
            refused()

    assert machine.path.read_bytes() == before
    assert machine.seal.look().case is SealCase.WIPED


def test_lost_key_file_is_explained(machine: OperatorMachine) -> None:
    """Keys there and none here: nothing is made, and what helps is said, sealed or not."""
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    kept = machine.path.read_bytes()
    machine.path.unlink()

    for refused in (lambda: machine.seal.initialise(ONE), machine.seal.unseal):
        with pytest.raises(FactoryError, match=r"Copy the key file .*save the data before the next restart"):
            refused()
    assert not machine.path.exists()

    machine.path.touch(mode=0o600)
    machine.path.write_bytes(kept)
    assert machine.seal.look().case is SealCase.UNSEALED


def test_key_file_of_another_vault_is_refused(machine: OperatorMachine, bare: VaultServer) -> None:
    """Keys that do not open it are told by their number, by failing, or by the id of the Vault that they opened."""
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    before = {file.name: file.read_bytes() for file in machine.folder.iterdir()}
    bare.wipe()
    bare.initialise()

    with pytest.raises(FactoryError, match=r"holds the keys of another Vault than the one at"):
        machine.seal.unseal()
    bare.stop()
    bare.start()
    with pytest.raises(FactoryError, match=r"does not open Vault .* it holds the keys of another Vault, or old ones"):
        machine.seal.unseal()
    bare.wipe()
    with bare.client() as client:
        client.put("sys/init", json={"secret_shares": 3, "secret_threshold": 2}).raise_for_status()
    with pytest.raises(FactoryError, match=r"has 3 shares, of which 2 open it"):
        machine.seal.unseal()

    assert {file.name: file.read_bytes() for file in machine.folder.iterdir()} == before


def test_forgotten_vault_is_proven_by_its_shares(machine: OperatorMachine, bare: VaultServer) -> None:
    """Without the note which Vault it is, an unsealed one is proven by its shares; those of another prove nothing."""
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    note = machine.folder / "keys.json.vault"
    before = note.read_bytes()
    note.unlink()
    assert machine.seal.look().case is SealCase.UNFINISHED

    machine.seal.unseal()

    assert note.read_bytes() == before
    note.unlink()
    bare.wipe()
    bare.initialise()
    with pytest.raises(FactoryError, match=r"does not open Vault .* root generation aborted"):
        machine.seal.unseal()
    assert not note.exists()


def test_new_authority_is_remembered(machine: OperatorMachine, bare: VaultServer) -> None:
    """Whom the Vault was trusted by the last time is kept, for whoever unseals it by hand."""
    machine.seal.initialise(ONE)
    machine.seal.unseal()
    both = bare.authority.root + ThrowAwayAuthority("another").root
    OperatorMachine(machine.folder.parent, url=machine.url, ca=both).seal.unseal()

    record = machine.seal.file.record

    assert record is not None
    assert record.ca == both


def test_no_second_root_token_is_left(machine: OperatorMachine, bare: VaultServer) -> None:
    """Proving by shares leaves no token behind: the only ones there are belong to the Vault's owner."""
    machine.seal.initialise(ONE)
    answer = machine.seal.file.answer.read()
    assert answer is not None
    machine.seal.unseal()
    (machine.folder / "keys.json.vault").unlink()
    machine.seal.unseal()

    assert _accessors(machine, bare) == 1


def _accessors(machine: OperatorMachine, bare: VaultServer) -> int:
    """Count the tokens that live, the one by which they are counted included."""
    shares = json.loads(machine.path.read_text())["shares"]
    with root_token(machine.seal.api, shares) as token, bare.client(token) as client:
        return len(client.request("LIST", "auth/token/accessors").json()["data"]["keys"])


def test_secrets_are_in_no_repr(machine: OperatorMachine, tmp_path: Path) -> None:
    """What is printed by accident says neither a share nor the token."""
    machine.seal.initialise(ONE)
    answer, look = machine.seal.file.answer.read(), machine.seal.look()
    assert answer is not None

    shown = repr(answer) + repr(look) + str(tmp_path)

    assert answer.root_token not in shown
    assert answer.keys.shares[0] not in shown
