"""The host key of a machine that is not known yet: fetched, shown, and kept when a person agrees."""

import base64
import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hosts.inventory import Machine
from hosts.worker.errors import WorkerError
from hosts.worker.likely_cause import cause, likely_cause
from hosts.worker.ssh_command import addressed, ssh_command

_SECONDS = 30


def trust(machine: Machine, *, agreed: str | None) -> dict[str, str]:
    """Return `key` and `fingerprint` of *machine*, whose key is not known; keep it when it is the one *agreed* to.

    Raises:
        WorkerError: another key is known, or the machine has another one than *agreed*, or cannot be reached.

    """
    if machine.host_key is not None:
        raise WorkerError(f"{machine.name}: its key stands in the settings, {fingerprint(machine.host_key)}")
    strict = _ssh(ssh_command(machine, "true"))
    if strict.returncode == 0 or cause(strict.stderr) in {"key rejected", "sudo"}:
        raise WorkerError(f"{machine.name} ({machine.address}): its key is known already")
    if cause(strict.stderr) != "key unknown":
        raise WorkerError(likely_cause(machine, strict.stderr))
    lines = _offered(machine)
    key = " ".join(lines[0].split()[1:3])
    found = fingerprint(key)
    if agreed is not None and found != agreed:
        raise WorkerError(f"{machine.name}: expected the key {agreed}, found {found}. Nothing was kept")
    if agreed is not None:
        _keep(machine, lines)
    return {"key": key, "fingerprint": found}


def fingerprint(key: str) -> str:
    """Return the fingerprint of a public key as OpenSSH shows it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _offered(machine: Machine) -> list[str]:
    """Return the key that the machine offers, as lines for a file of known hosts."""
    with tempfile.TemporaryDirectory(prefix="factory-") as folder:
        file = Path(folder) / "known_hosts"
        options = {"StrictHostKeyChecking": "accept-new", "UserKnownHostsFile": str(file)}
        answer = _ssh(ssh_command(machine, "true", options=options))
        if not file.exists():
            raise WorkerError(likely_cause(machine, answer.stderr))
        return file.read_text().splitlines()


def _keep(machine: Machine, lines: Sequence[str]) -> None:
    """Add *lines* to the first file in which OpenSSH looks."""
    shown = _ssh(["ssh", "-G", *addressed(machine)]).stdout.splitlines()
    files = next(line.split()[1:] for line in shown if line.startswith("userknownhostsfile "))
    file = Path(files[0]).expanduser()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("a") as known:
        known.write("".join(f"{line}\n" for line in lines))


def _ssh(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
