"""The search for credentials, after one of them was put where it must not be."""

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.check_list import CheckFailedError, CheckResult
from rehearsal.checks.main.made_credentials import made_credentials
from rehearsal.checks.main.secret_scan import check_files, check_processes, check_report, expect_no_secret_in
from rehearsal.main.edge import Edge
from rehearsal.process_watch import ProcessWatch

pytestmark = pytest.mark.slow

SLEEP = "import time; time.sleep(60)"


@pytest.mark.parametrize("place", ["stack/state/.pulumi/history/note", "stack/engine.log", "vault/other.log"])
def test_credential_in_a_file_is_noticed(edge: Edge, place: str) -> None:
    """A token in Base64 fails, with the file and the token's name."""
    file = edge.lab.folder / place
    before = file.read_bytes() if file.exists() else None
    check_files(edge)

    file.write_bytes(b"Basic " + base64.b64encode(f"user:{edge.gitea.token}".encode()))
    try:
        with pytest.raises(CheckFailedError, match=f"{place}: Gitea's first token"):
            check_files(edge)
    finally:
        file.unlink()
        if before is not None:
            file.write_bytes(before)


def test_what_the_state_keeps_encrypted_is_known(edge: Edge) -> None:
    """The password that Vault connects with is found in the state, under each connection, and is looked for."""
    editor = edge.lab.stack.secret_output("credentials_editor_password")

    assert "password" in made_credentials(edge)[editor]


def test_credential_in_the_report_is_noticed(edge: Edge) -> None:
    """A check whose figures hold a token is named; the token is not."""
    told = [CheckResult(name="talkative", passed=True, seconds=1, figures=f"token {edge.gitea.token}")]

    with pytest.raises(CheckFailedError, match=r"found it in what talkative said$") as failure:
        check_report(edge, told)

    assert edge.gitea.token not in str(failure.value)


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["{token}"], {}, "its arguments show the credential in VAULT_TOKEN"),
        ([], {"OTHER": "{token}"}, "OTHER holds the credential in VAULT_TOKEN"),
    ],
)
def test_credential_of_a_process_is_noticed(
    edge: Edge, arguments: list[str], variables: dict[str, str], said: str
) -> None:
    """Among the arguments, or in a variable of another name, it fails."""
    token = edge.vault.root_token
    command = [sys.executable, "-c", SLEEP, *(each.format(token=token) for each in arguments)]
    environment = {**os.environ, **{name: value.format(token=token) for name, value in variables.items()}}
    with subprocess.Popen(command, env=environment) as process:
        try:
            _wait_for_program(process.pid)
            with pytest.raises(CheckFailedError, match=said):
                check_processes(edge)
        finally:
            process.kill()
    check_processes(edge)


def test_looking_at_nothing_is_noticed(edge: Edge) -> None:
    """Whoever sees no process that has the credentials has not looked."""
    with ProcessWatch() as watch:
        pass

    with pytest.raises(
        CheckFailedError, match=r"expected to see the processes that have CLOUDFLARE_API_TOKEN, .*, VAULT_TOKEN"
    ):
        expect_no_secret_in(edge, watch.seen)


def _wait_for_program(pid: int) -> None:
    """Wait until the process is the program and no longer the copy of this one."""
    while SLEEP.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes():
        time.sleep(0.01)
