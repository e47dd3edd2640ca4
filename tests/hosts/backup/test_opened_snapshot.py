"""A snapshot of a real Vault, opened with its shares in a server that reaches nothing."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from hosts.backup import collect
from ops.backup_evidence.isolated_vault import IsolatedVault
from ops.backup_evidence.restore_faults import proof, restore_faults
from ops.backup_evidence.ways import Ways
from rehearsal.servers.own_folder import own_folder
from rehearsal.servers.vault import VaultServer

pytestmark = pytest.mark.slow

ANOTHER = base64.b64encode(bytes(range(1, 34))).decode()


@pytest.fixture(scope="module")
def shares_and_archive() -> Iterator[tuple[list[str], Path]]:
    """Have a Vault that two of three shares open make a snapshot, and keep it as an archive."""
    with own_folder() as folder, VaultServer(folder=folder / "vault") as server:
        server.initialise(shares=3, threshold=2)
        archive = folder / "archive"
        archive.mkdir()
        with server.client(server.root_token) as root:
            found = root.get("sys/storage/raft/snapshot").raise_for_status().content
        (archive / "vault.snap").write_bytes(found)
        collect._write_manifest(archive, {"source": "vault", "kind": "vault"})  # noqa: SLF001 - as it does for all
        yield server.shares, archive


def test_shares_open_what_was_kept(shares_and_archive: tuple[list[str], Path], tmp_path: Path) -> None:
    """Enough of the original shares open it; a share of another Vault does not, and is told nowhere."""
    shares, archive = shares_and_archive
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for each in (right, wrong):
        each.mkdir()
    ways = Ways(shares=shares[1:])
    assert [*restore_faults(archive, scratch=right, ways=ways)] == []
    assert (proof(archive, ways=ways), proof(archive, ways=Ways())) == ("opened with the shares", "whole")
    (fault,) = restore_faults(archive, scratch=wrong, ways=Ways(shares=[shares[0], ANOTHER]))
    assert fault.startswith("not opened: Vault, sys/unseal: 400")
    left = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert left != []
    told = [*map(str.encode, (*shares, ANOTHER, repr(ways))), *map(base64.b64decode, shares)]
    assert not any(share in content for share in told for content in left)
    assert not any(share in f"{fault}{ways}" for share in shares)


def test_too_few_shares(shares_and_archive: tuple[list[str], Path], tmp_path: Path) -> None:
    """One share where two are needed opens nothing."""
    shares, archive = shares_and_archive
    found = [*restore_faults(archive, scratch=tmp_path, ways=Ways(shares=shares[:1]))]
    assert found == ["not opened: 1 shares are too few"]


def test_it_reaches_nothing(tmp_path: Path) -> None:
    """Neither a name nor an address outside of itself: a lease that ran out leads to no living database."""
    with IsolatedVault(tmp_path / "vault") as vault:
        made = vault.ask("sys/init", given={"secret_shares": 1, "secret_threshold": 1})
        own = made["keys_base64"]
        assert isinstance(own, list)
        vault.ask("sys/unseal", given={"key": own[0]})
        vault.wait_until("it serves", 200)
        routes = Path(f"/proc/{vault.pid}/net/route").read_text(encoding="utf-8").splitlines()
        devices = Path(f"/proc/{vault.pid}/net/dev").read_text(encoding="utf-8").splitlines()[2:]
    assert len(routes) == 1
    assert [line.split(":")[0].strip() for line in devices] == ["lo"]
