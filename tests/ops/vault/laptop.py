"""An operator's laptop: a home, a checkout's stack file, and the commands of a page."""

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from rehearsal.servers.vault import VaultServer

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = ROOT / "tests" / "settings" / "hosts" / "valid" / "least.yaml"
FACTORY = """#!/bin/sh
# The verbs for Vault's keys are the real ones; any other one notes what it was given.
case $1 in
vault) exec {python} -P -m ops "$@" ;;
*) printf '%s\\n' "$*" >> "$HOME/verbs"; printf %s "$VAULT_TOKEN" > "$HOME/token" ;;
esac
"""
KUBECTL = """#!/bin/sh
# What the cluster would do is done by whoever watches this file.
printf '%s\\n' "$*" >> "$HOME/kubectl"
"""


class Laptop:
    """A home folder, and a folder with `factory` and a stack file that leads to one Vault."""

    def __init__(self, folder: Path, server: VaultServer, **more: object) -> None:
        """Write the stack file for *server*, with *more* settings of its keys."""
        self.home = folder / "home"
        self.checkout = folder / "checkout"
        self.media = folder / "media"
        self.programs = folder / "bin"
        for each in (self.home, self.checkout, self.media, self.programs):
            each.mkdir()
        self.keys = self.home / ".config" / "factory" / "vault"
        self.server = server
        vault = {"url": server.address, "key_file": "~/.config/factory/vault/keys.json", **more}
        settings = {**yaml.safe_load(SETTINGS.read_text()), "vault": vault}
        self.write({"config": {"factory:settings": settings}})
        (self.checkout / "lab-root.pem").write_text(server.authority.root)
        self._program(self.checkout / "factory", FACTORY.format(python=sys.executable))
        self._program(self.programs / "kubectl", KUBECTL)

    @property
    def environment(self) -> dict[str, str]:
        """What a shell on it has set."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTORY_", "VAULT_"))}
        return kept | {
            "HOME": str(self.home), "PYTHONPATH": str(ROOT), "GNUPGHOME": str(self.home / ".gnupg"),
            "PATH": os.pathsep.join([str(self.programs), os.environ["PATH"]]),
        }  # fmt: skip

    def write(self, content: object) -> None:
        """Write the stack file."""
        (self.checkout / "Pulumi.hosts.yaml").write_text(yaml.safe_dump(content))

    def shell(self, command: str, *, given: str = "") -> "subprocess.CompletedProcess[str]":
        """Type *command* in the checkout."""
        shell = shutil.which("bash") or "/bin/bash"
        return subprocess.run(
            [shell, "-o", "pipefail", "-c", command.replace("/media/usb", str(self.media))], cwd=self.checkout,
            env=self.environment, input=given, capture_output=True, text=True, check=False, timeout=200,
        )  # fmt: skip

    def vault(self, words: str, *, given: str = "") -> "subprocess.CompletedProcess[str]":
        """Type `./factory vault` with *words*."""
        return self.shell(f"./factory vault {words}", given=given)

    def typed(self, words: str, *, lines: Sequence[str]) -> tuple[int, str]:
        """Type `./factory vault` with *words* at a terminal, then *lines* as it asks; return exit code and screen."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.checkout)
            command = ["factory", "vault", *words.split()]
            os.execve(self.checkout / "factory", command, self.environment)  # noqa: S606 - the child of a terminal
        screen = ""
        left = [*lines]
        while True:
            try:
                screen += os.read(terminal, 1024).decode()
            except OSError:  # how Linux says that nobody is at the other end
                break
            if left and screen.endswith(": "):
                os.write(terminal, f"{left.pop(0)}\n".encode())
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), screen

    def shares(self) -> list[str]:
        """Return the shares in the key file."""
        shares: list[str] = json.loads((self.keys / "keys.json").read_text())["shares"]
        return shares

    def _program(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)
