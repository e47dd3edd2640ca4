"""Shares that only their owners can read, with real PGP keys."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.cli.exit_code import ExitCode
from rehearsal.servers.vault import VaultServer
from tests.ops.own_keyring import own_keyring
from tests.ops.vault.laptop import Laptop
from tests.ops.vault.test_unseal_page import Followed

pytestmark = pytest.mark.slow

OWNERS = ("one@example.org", "two@example.org", "three@example.org")


@pytest.fixture(scope="module")
def keyring() -> Iterator[Path]:
    """Make a key for each owner."""
    with own_keyring() as home:
        for owner in OWNERS:
            _gpg(home, "--quick-generate-key", owner, "rsa2048", "encrypt", "1d")
        yield home


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, f"expected the program {name}: apt-get install gpg gpg-agent"
    return found


def _gpg(home: Path, *words: str) -> bytes:
    command = [_program("gpg"), "--homedir", str(home), "--batch", "--quiet", "--passphrase", "", *words]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_two_of_three_owners_open_it(bare: VaultServer, tmp_path: Path, keyring: Path) -> None:
    """The file holds nothing that opens Vault; two owners decrypt theirs as the page says."""
    recipients = [base64.b64encode(_gpg(keyring, "--export", OWNERS[0])).decode()]
    recipients += [_gpg(keyring, "--armor", "--export", owner).decode() for owner in OWNERS[1:]]
    laptop = Laptop(tmp_path, bare, shares=3, threshold=2, recipients=recipients)
    (laptop.home / ".gnupg").symlink_to(keyring)
    followed = Followed(laptop, bare)

    made = laptop.vault("init --ca lab-root.pem --yes --json")
    document = json.loads(made.stdout)
    assert (made.returncode, document["case"], document["encrypted"]) == (ExitCode.NOT_SO, "sealed", True)
    refused = laptop.vault("unseal --ca lab-root.pem")
    assert "are encrypted to 3 PGP keys. Expected 2 of their owners" in refused.stderr
    assert bare.is_sealed()

    (command,) = followed.commands("Shares that are encrypted")
    trusting = command.replace("--by-hand", "--by-hand --ca lab-root.pem")
    first = laptop.shell(trusting)
    assert (first.returncode, first.stderr.splitlines()[-1]) == (ExitCode.NOT_SO, "1 of 2 given, 1 still needed")
    second = laptop.shell(trusting.replace('["shares"][0]', '["shares"][2]'))

    assert second.returncode == ExitCode.DONE, second.stderr
    assert not bare.is_sealed()
    document = json.loads(laptop.vault("status --json").stdout)
    assert (document["case"], document["root_token_revoked"]) == ("unsealed", True)
    assert sorted(file.name for file in laptop.keys.iterdir()) == ["keys.json", "keys.json.vault"]
