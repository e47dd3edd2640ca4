"""`./factory vault` on a real Vault."""

import json
import sys

import httpx
import pytest

from ops.cli.exit_code import ExitCode
from rehearsal.servers.vault import VaultServer
from tests.ops.vault.laptop import Laptop

pytestmark = pytest.mark.slow

WRONG = "ab" * 33
TRIES = """
import os, pathlib, ssl, sys
import httpx
trust = ssl.create_default_context(cafile="lab-root.pem")
headers = {{"X-Vault-Token": os.environ["VAULT_TOKEN"]}}
print(*(httpx.get(f"{url}/v1/{{path}}", headers=headers, verify=trust, trust_env=False).status_code
        for path in ("sys/mounts", "sys/audit")))
(pathlib.Path.home() / "token").write_text(os.environ["VAULT_TOKEN"])
sys.exit(7)
"""


def test_status_names_each_case(laptop: Laptop, bare: VaultServer) -> None:
    """Exit code 0 only while it serves and its keys are here; every other case says what helps."""
    trust = "--ca lab-root.pem"
    new = laptop.vault(f"status {trust}")
    assert (new.returncode, new.stderr) == (ExitCode.NOT_SO, "vault status · target: no production\n")
    assert "is not initialised" in new.stdout
    assert not laptop.keys.exists()

    assert laptop.vault(f"init {trust} --yes").returncode == ExitCode.DONE
    document = json.loads(laptop.vault("status --json").stdout)
    assert document == {
        "vault": bare.address, "case": "unsealed", "initialized": True, "sealed": False, "shares": 1, "threshold": 1,
        "given": 0, "needed": 0, "version": bare.release, "cluster": document["cluster"], "encrypted": False,
        "key_file": str(laptop.keys / "keys.json"), "key_file_there": True, "root_token_revoked": True,
        "says": f"Vault at {bare.address} is unsealed, and {laptop.keys / 'keys.json'} holds its keys",
    }  # fmt: skip

    bare.stop()
    bare.start()
    sealed = laptop.vault("status")
    assert sealed.returncode == ExitCode.NOT_SO
    assert "is sealed and needs 1 more of its 1 shares: `./factory vault unseal`" in sealed.stdout
    again = laptop.vault("init --yes")
    assert (again.returncode, again.stdout) == (ExitCode.NOT_SO, "")
    assert "is sealed and needs 1 more" in again.stderr
    assert json.loads(laptop.vault("unseal --json").stdout)["case"] == "unsealed"


def test_shares_by_hand(bare: VaultServer, laptop: Laptop) -> None:
    """It counts, tells a wrong share from no share, forgets all after a wrong one, and needs no key file."""
    bare.initialise(shares=3, threshold=2)
    bare.stop()
    bare.start()
    trust = "--ca lab-root.pem"

    first = laptop.vault(f"unseal --by-hand {trust}", given=bare.shares[0] + "\n")
    said = "vault unseal · target: no production\n1 of 2 given, 1 still needed\n"
    assert (first.returncode, first.stderr) == (ExitCode.NOT_SO, said)
    no_share = laptop.vault(f"unseal --by-hand {trust}", given="?\n")
    assert "that is no share: expected hexadecimal digits or base64" in no_share.stderr
    same = laptop.vault(f"unseal --by-hand {trust}", given=bare.shares[0] + "\n")
    assert same.stderr == said
    wrong = laptop.vault(f"unseal --by-hand {trust}", given=WRONG + "\n")
    assert wrong.returncode == ExitCode.NOT_SO
    assert "one of them is wrong, or of another Vault" in wrong.stderr
    assert "It has forgotten all of them: begin again" in wrong.stderr
    assert WRONG not in wrong.stderr + wrong.stdout

    both = laptop.vault(f"unseal --by-hand {trust}", given="\n".join(bare.shares[1:]))
    assert both.returncode == ExitCode.DONE, both.stderr
    assert not bare.is_sealed()


def test_shares_are_asked_without_an_echo(bare: VaultServer, laptop: Laptop) -> None:
    """At a terminal each share is asked for, and none of them is shown."""
    bare.initialise(shares=3, threshold=2)
    bare.stop()
    bare.start()

    code, screen = laptop.typed("unseal --by-hand --ca lab-root.pem", lines=bare.shares[:2])

    assert code == ExitCode.DONE, screen
    assert "share (2 still needed): " in screen
    assert "share (1 still needed): " in screen
    assert not [share for share in bare.shares if share in screen]
    assert not bare.is_sealed()


def test_command_has_a_token_for_its_own_time(laptop: Laptop, bare: VaultServer) -> None:
    """It may do what the stack `main` does and not what root does; afterwards the token and its policy are gone."""
    assert laptop.vault("init --ca lab-root.pem --yes").returncode == ExitCode.DONE
    (laptop.checkout / "tries.py").write_text(TRIES.format(url=bare.address))

    done = laptop.vault(f"run -- {sys.executable} tries.py")

    assert (done.returncode, done.stdout) == (7, "200 403\n"), done.stderr
    with bare.client((laptop.home / "token").read_text()) as client:
        assert client.get("auth/token/lookup-self").status_code == httpx.codes.FORBIDDEN
    again = laptop.vault("run -- sh -c 'printf %s \"$VAULT_TOKEN\"'")
    assert again.stdout.startswith("hvs.")
    assert again.stdout != (laptop.home / "token").read_text()


def test_root_token_in_the_making_is_not_taken_over(laptop: Laptop, bare: VaultServer) -> None:
    """What somebody else, or a killed run, has begun is cancelled only when that is asked for."""
    laptop.vault("init --ca lab-root.pem --yes")
    with bare.client() as client:
        client.put("sys/generate-root/attempt", json={}).raise_for_status()

    refused = laptop.vault("run -- true")
    assert refused.returncode == ExitCode.NOT_SO
    assert "is making a root token for somebody else, or for a run that was killed" in refused.stderr

    assert laptop.vault("run --cancel-other -- true").returncode == ExitCode.DONE


def test_untrusted_certificate(laptop: Laptop) -> None:
    """Without the authority nothing is sent, and where to name it is said."""
    done = laptop.vault("init --yes")

    assert done.returncode == ExitCode.NOT_SO
    assert "is not trusted" in done.stderr
    assert "--ca FILE" in done.stderr
    assert not laptop.keys.exists()
