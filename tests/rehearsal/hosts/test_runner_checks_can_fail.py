"""Each check of runners and Vault, before something that was broken for it."""

from pathlib import Path

import pytest

from ops.runbook.read_page import PAGES
from provider.factory_error import FactoryError
from rehearsal.check_list import CheckFailedError
from rehearsal.checks.cluster import runner
from rehearsal.checks.cluster.power_cut import PAGE, UNSEAL_PAGE, check_power_cut
from rehearsal.checks.cluster.vault import VaultChecks
from rehearsal.hosts.bring_up import HostsLab

pytestmark = pytest.mark.long

REGISTRATION = "/mnt/arcodange/gitea-runner-pi1/.runner"
FORGOTTEN = "journalctl --rotate; journalctl --quiet --vacuum-time=1s"


def test_registration_that_others_read_is_noticed(up: HostsLab) -> None:
    """A registration of another mode than 600 is named with its machine."""
    machine = up.machines["pi1"]
    machine.run(f"sudo chmod 644 {REGISTRATION}")
    try:
        with pytest.raises(CheckFailedError, match="pi1: expected a registration of mode 600 root, found '644 root'"):
            runner.check_registered(up)
    finally:
        machine.run(f"sudo chmod 600 {REGISTRATION}")
    runner.check_registered(up)


def test_workflow_that_nobody_does_is_noticed(up: HostsLab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a runner that works, the check of the workflow fails instead of waiting for ever."""
    monkeypatch.setattr(runner, "PATIENCE_SECONDS", 5)
    for name in up.settings.roles.runners:
        up.machines[name].run("sudo docker pause runner")
    try:
        with pytest.raises(CheckFailedError, match="expected the workflow run to succeed, found"):
            runner.check_workflow(up)
    finally:
        for name in up.settings.roles.runners:
            up.machines[name].run("sudo docker unpause runner")


def test_share_in_a_journal_and_a_key_file_for_all_are_noticed(up: HostsLab) -> None:
    """A share that a machine's journal has is found, and so are keys that others may read."""
    checks = VaultChecks()
    checks.check_begin(up)
    checks.check_keys(up)
    machine = up.machines["pi3"]
    (share, *_) = checks.shares()
    machine.run("sudo sh -s", given=f"logger {share}; journalctl --sync")
    try:
        with pytest.raises(CheckFailedError, match="pi3: found a share in a process list or the journal"):
            checks.check_keys(up)
    finally:
        machine.run("sudo sh -s", given=FORGOTTEN)
    file = up.folder / "keys" / "keys.json"
    file.chmod(0o644)
    try:
        with pytest.raises(FactoryError, match="others may read it"):
            checks.check_begin(up)
    finally:
        file.chmod(0o600)


def test_another_case_of_the_seal_is_noticed(up: HostsLab) -> None:
    """A Vault without storage is no Vault whose key file is away; an open one is none that the stack has to unseal."""
    checks = VaultChecks()
    checks.check_begin(up)
    with pytest.raises(CheckFailedError, match="expected Vault to be sealed, found it unsealed"):
        checks.check_stack_unseals(up)
    up.vault.wipe()
    try:
        with pytest.raises(CheckFailedError, match="expected Vault to be keys missing, found it not initialised"):
            checks.check_lost(up)
    finally:
        up.vault.bring_back()
    checks.check_stack_unseals(up)


def test_page_that_leaves_vault_sealed_is_noticed(up: HostsLab, tmp_path: Path) -> None:
    """A page without the command that unseals is refused before anything loses its power."""
    pages = _pages(tmp_path, "./factory vault unseal --target production", "")

    with pytest.raises(CheckFailedError, match=r"power-cut\.md: expected the commands of unseal\.md too, missing: "):
        check_power_cut(up, pages=pages)


def test_page_that_makes_something_anew_is_noticed(up: HostsLab, tmp_path: Path) -> None:
    """A page that takes a registration away brings the lab back too, and is told from one that keeps it."""
    command = "./factory up hosts --refresh --target production"
    pages = _pages(tmp_path, command, f"ssh pi@192.168.1.201 sudo rm {REGISTRATION}\n   {command}")

    with pytest.raises(CheckFailedError, match="expected nothing to be made anew, found others of: runner pi1"):
        check_power_cut(up, pages=pages)


def _pages(folder: Path, old: str, new: str) -> Path:
    """Copy the two pages, with *new* in the place of *old* in the first."""
    for name in (PAGE, UNSEAL_PAGE):
        text = (PAGES / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new) if name == PAGE else text, encoding="utf-8")
    return folder
