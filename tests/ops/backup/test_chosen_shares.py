"""Where the shares come from that open a kept snapshot of Vault."""

import json
from pathlib import Path

import pytest

from ops.backup_evidence.chosen_shares import chosen_shares
from provider.factory_error import FactoryError
from stacks.vault_keys_settings import VaultKeys


def vault(folder: Path, *, recipients: list[str] | None = None) -> VaultKeys:
    """Write the key file, unless there is nobody that it could be for, and return the settings that name it."""
    keys = folder / "own" / "keys.json"
    if recipients is not None:
        keys.parent.mkdir(mode=0o700)
        keys.touch(mode=0o600)
        content = {"vault": "https://vault.test", "made": "now", "threshold": 1, "shares": ["c2hhcmU="]}
        keys.write_text(json.dumps({**content, "recipients": recipients}))
    return VaultKeys(url="https://vault.test", key_file=str(keys))


def test_kept_shares(tmp_path: Path) -> None:
    """Those of the key file, without asking the living Vault."""
    assert [*chosen_shares(vault(tmp_path, recipients=[]), come="kept")] == ["c2hhcmU="]


@pytest.mark.parametrize(
    ("recipients", "said"),
    [(None, "missing here"), (["mQENBG"], "--vault-shares by-hand")],
    ids=["no file", "encrypted"],
)
def test_shares_that_are_not_there(tmp_path: Path, recipients: list[str] | None, said: str) -> None:
    """No file, and shares that only their owners read, are told with what helps."""
    with pytest.raises(FactoryError, match=said):
        chosen_shares(vault(tmp_path, recipients=recipients), come="kept")


def test_a_lab_without_vault() -> None:
    """There is nothing to open."""
    with pytest.raises(FactoryError, match=r"settings\.vault is missing"):
        chosen_shares(None, come="kept")
