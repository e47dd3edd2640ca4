"""Where the operator of a drill types."""

import contextlib
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.machines.machines import Machines
from rehearsal.part import find_part
from rehearsal.parts import KUBERNETES
from rehearsal.servers.kubernetes import KubernetesServer

ADDRESSES = {f"192.168.1.{last}": f"10.77.0.{last}" for last in (200, 201, 202, 203)}
"""Address of the lab → the same on machines of a rehearsal, which have none of production."""
PATIENCE_SECONDS = 540


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder with stack files, a home, and the programs that a runbook names."""

    folder: Path
    """Where commands are typed: stack files, `./factory`."""
    home: Path
    """The operator's own folder."""
    environment: Mapping[str, str]
    """What the verbs need."""
    machines: Machines | None = None
    """The machines, where there are some."""
    around: Callable[[Sequence[str]], list[str]] = list
    """Puts a command where the machines can be reached."""

    told: dict[str, str] = field(default_factory=dict)
    """What the operator has set besides."""

    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """What ends with the drill."""

    @property
    def lab(self) -> Machines:
        """The machines, where the drill has asked for them."""
        if self.machines is None:
            raise TypeError("expected a drill on machines")
        return self.machines

    def prepare(self, checkout: Path) -> None:
        """Write `./factory`, an `ssh` that knows the machines, and one for the verbs that knows none."""
        programs = self.home / "bin"
        programs.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "docs").exists():
            (self.folder / "docs").symlink_to(checkout / "docs")
        _program(self.folder / "factory", f'exec {shlex.quote(sys.executable)} -P -m ops "$@"')
        if self.machines is None:
            return
        known = self.home / "known_hosts"
        known.write_text("".join(machine.known_hosts.read_text() for machine in self.machines))
        options = f"-F none -i {self.machines.key} -o UserKnownHostsFile={known} -o BatchMode=yes"
        _program(programs / "ssh", f'exec /usr/bin/ssh {options} "$@"')
        # OpenSSH asks the system where home is: without a file of its own, a verb would learn keys into that home.
        verbs = self.home / "verbs"
        verbs.mkdir(exist_ok=True)
        learned = self.home / "learned_hosts"
        (self.home / "ssh_config").write_text(f"UserKnownHostsFile {learned}\nGlobalKnownHostsFile /dev/null\n")
        _program(verbs / "ssh", f'exec /usr/bin/ssh -F {self.home / "ssh_config"} "$@"')

    def kubectl(self, server: KubernetesServer) -> None:
        """Have `kubectl` ask *server*."""
        programs = self.home / "programs"
        programs.mkdir()
        _program(
            programs / "kubectl", f'exec {find_part(KUBERNETES).path} kubectl --kubeconfig {server.kubeconfig} "$@"'
        )

    def as_here(self, command: str, names: Mapping[str, str]) -> str:
        """Return *command* of a runbook with the addresses of this place, and *names* for its placeholders."""
        for name, value in [*sorted(names.items(), key=lambda pair: -len(pair[0])), *ADDRESSES.items()]:
            command = command.replace(name, value)
        return command.replace(" --target production", "")

    def run(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Type *command*, and wait for its end."""
        # The verbs bring options of their own for ssh; who types it has a configuration.
        own = f"{self.home}/programs:{self.home}/{'verbs' if './factory' in command else 'bin'}:"
        path = f"{own}{self.environment.get('PATH', os.defpath)}"
        environment = {**self.environment, **self.told, "HOME": str(self.home), "PATH": f"{path}:/usr/sbin:/sbin"}
        return subprocess.run(
            self.around(["env", f"PATH={environment['PATH']}", "bash", "-euo", "pipefail", "-c", command]),
            cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def _program(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
