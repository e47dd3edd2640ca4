"""`./factory vault restore` on a real Vault that has lost its data."""

import dataclasses
from pathlib import Path

import httpx
import pytest

from ops.cli.exit_code import ExitCode
from ops.vault_keys import restore_snapshot as restoring
from ops.vault_keys.restore_snapshot import HELD, restore_snapshot
from provider.factory_error import FactoryError
from provider.vault_seal.key_file import KeyFile
from provider.vault_seal.root_token import root_token
from provider.vault_seal.seal_api import SealApi
from provider.vault_seal.vault_seal import VaultSeal
from rehearsal.servers.vault import VaultServer
from tests.ops.vault.laptop import Laptop

pytestmark = pytest.mark.slow

KEPT = "sys/policies/acl/kept"


class CutOffError(BaseException):
    """The run ended here."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lost:
    """A Vault without its data, the keys that it had, and a snapshot of it."""

    server: VaultServer
    laptop: Laptop
    seal: VaultSeal
    snapshot: Path

    @property
    def held(self) -> Path:
        """File with the keys that serve until the data are there."""
        return self.laptop.keys / f"keys.json{HELD}"

    def expect_data(self) -> None:
        """Expect what was written before the loss, opened with the keys of then."""
        with root_token(self.seal.api, self.seal.plain_shares()) as token, self.server.client(token) as client:
            assert client.get(KEPT).status_code == httpx.codes.OK
        assert not self.held.exists()


@pytest.fixture
def lost(bare: VaultServer, tmp_path: Path) -> Lost:
    """Lose the data of a Vault with three shares, of which two open it."""
    laptop = Laptop(tmp_path, bare, shares=3, threshold=2)
    assert laptop.vault("init --ca lab-root.pem --yes").returncode == ExitCode.DONE
    seal = VaultSeal(SealApi(bare.address, ca=bare.authority.root), KeyFile(str(laptop.keys / "keys.json")))
    snapshot = laptop.checkout / "vault.snap"
    with root_token(seal.api, seal.plain_shares()) as token, bare.client(token) as client:
        client.put(KEPT, json={"policy": 'path "a" {}'}).raise_for_status()
        snapshot.write_bytes(client.get("sys/storage/raft/snapshot").raise_for_status().content)
    bare.wipe()
    return Lost(server=bare, laptop=laptop, seal=seal, snapshot=snapshot)


def test_data_come_back_with_their_keys(lost: Lost) -> None:
    """One command; a second one is refused, for it would be over living data."""
    done = lost.laptop.vault("restore vault.snap")

    assert done.returncode == ExitCode.DONE, done.stdout + done.stderr
    lost.expect_data()
    again = lost.laptop.vault("restore vault.snap")
    assert again.returncode == ExitCode.NOT_SO
    assert "holds data. Nothing was restored over them" in again.stderr
    lost.expect_data()


@pytest.mark.long
@pytest.mark.parametrize("step", ["_opened_by", "_send", "_wait_until_sealed"])
def test_a_run_that_was_cut_off_is_continued(lost: Lost, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Before it was open with keys of its own, before the snapshot was sent, and after that; also over a restart."""

    def cut_off(*_: object, **__: object) -> None:
        raise CutOffError

    with monkeypatch.context() as patched:
        patched.setattr(restoring, step, cut_off)
        with pytest.raises(CutOffError):
            restore_snapshot(lost.seal, lost.snapshot)
    assert lost.held.exists()
    lost.server.stop()
    lost.server.start()

    restore_snapshot(lost.seal, lost.snapshot)

    lost.expect_data()


def test_what_cannot_be_opened_is_refused(lost: Lost, tmp_path: Path) -> None:
    """Another file, and no keys: before Vault was given any key."""
    other = tmp_path / "other"
    other.write_text("no snapshot")
    with pytest.raises(FactoryError, match="expected a snapshot of Vault, found something else"):
        restore_snapshot(lost.seal, other)
    with pytest.raises(FactoryError, match="there is no key file"):
        restore_snapshot(VaultSeal(lost.seal.api, KeyFile(str(tmp_path / "none" / "keys.json"))), lost.snapshot)

    assert not lost.seal.api.status().initialized
