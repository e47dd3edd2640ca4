"""One machine of the rehearsal."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from rehearsal.machines.control_group import ControlGroup
from rehearsal.machines.network import BRIDGE, Network
from rehearsal.machines.ssh_access import SshAccess
from rehearsal.machines.start_script import DISK_FOLDERS, START_SCRIPT
from rehearsal.machines.system_command import system_command

USER = "pi"
USER_ID = 1000
SYSTEM_MIB = 16
START_SECONDS = 60.0
STOP_SECONDS = 30.0
POWER_OFF = signal.SIGRTMIN + 4
INTERFACES = """auto lo eth0
iface lo inet loopback
iface eth0 inet static
  pre-up ip link set dev host0 name eth0 2>/dev/null || true
  address {address}/24
"""
UNITS_OF_THE_CLUSTER = ("k3s.service", "k3s-agent.service")
# The kernel of this computer may count memory elsewhere; these two refuse to start where it does not, others go on.
COUNTS_MEMORY = "[Service]\nBindReadOnlyPaths=/etc/rehearsal-controllers:/sys/fs/cgroup/cgroup.controllers\n"


class MachineError(RuntimeError):
    """A machine did not do what it was asked."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A Debian with systemd and sshd, an address and a data disk of its own."""

    name: str
    """What it is called; also its first host name."""
    address: str
    """Its address in the lab's network."""
    folder: Path
    """Where all that it writes is kept."""
    base: Path
    """What it starts from."""
    key: Path
    """Private key that may log in."""
    network: Network
    """The network that its cable leads to."""
    group: ControlGroup
    """Its processes."""
    disk_mib: int
    """Size of its data disk."""
    user: str = USER
    """Who logs in; may become root without a password."""

    @property
    def console(self) -> Path:
        """File with what its console showed since the last start."""
        return self.folder / "console.log"

    @property
    def shared(self) -> Path:
        """Folder that all machines of the lab see, and cannot write to; no machine can have this name."""
        return self.folder.parent / "_shared"

    @property
    def ssh(self) -> SshAccess:
        """How it is logged in to."""
        return SshAccess(folder=self.folder, address=self.address, key=self.key)

    @property
    def known_hosts(self) -> Path:
        """File with the machine's host key."""
        return self.ssh.known_hosts

    @property
    def host_key(self) -> str:
        """Public host key, as `ssh-ed25519 AAAA…`."""
        return self.ssh.host_key

    @property
    def disk_name(self) -> str:
        """Stable id of the data disk."""
        return f"rehearsal-data-{self.name}"

    @property
    def data_disk(self) -> str:
        """Path of the data disk inside the machine; the same after each start."""
        return f"/dev/disk/by-id/{self.disk_name}"

    @property
    def system_disk(self) -> str:
        """Path of the disk that it boots from, mounted at /boot/firmware: nothing else may be done with it."""
        return f"/dev/disk/by-id/rehearsal-system-{self.name}"

    @property
    def running(self) -> bool:
        """Whether the machine is switched on."""
        return self.group.populated

    @property
    def paused(self) -> bool:
        """Whether the machine was paused."""
        return self.group.frozen

    def start(self, *, wait: bool = True) -> None:
        """Switch the machine on; it can be logged in to when this returns, unless told not to *wait*."""
        if self.running:
            return
        self._prepare()
        # A group that has processes of its own can give no controllers to those below.
        starter = ControlGroup(f"{self.group.name}/starter")
        starter.make()
        command = self.network.command(["unshare", "--mount", *starter.command(["sh", "-c", START_SCRIPT])])
        with self.console.open("wb") as console:
            subprocess.run(
                command,
                env={
                    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "NAME": self.name,
                    "BASE": str(self.base), "FOLDER": str(self.folder), "BRIDGE": BRIDGE, "GROUP": self.group.name,
                    "DATA_DISK": Path(self.data_disk).name, "SYSTEM_DISK": Path(self.system_disk).name,
                    "SHARED": str(self.shared),
                },
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, check=True,
            )  # fmt: skip
        if wait:
            self.wait()

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Return when the machine can be logged in to."""
        deadline = time.monotonic() + seconds
        while not self.running or self.run("true", check=False).returncode != 0:
            if not self.running or time.monotonic() > deadline:
                what = f"it did not within {seconds:.0f} s" if self.running else "it ended"
                said = "\n".join(self.console.read_text(errors="replace").splitlines()[-15:])
                raise MachineError(f"expected {self.name} to accept a login, {what}; the end of its console:\n{said}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Switch the machine off in an orderly way; insist after a while."""
        self.power_off()
        self.group.wait_until_empty(STOP_SECONDS)
        self.kill()

    def power_off(self) -> None:
        """Press the power button: the machine begins to end its services."""
        if self.paused:
            self.resume()
        leader = self._leader()
        if leader is not None:
            signal.pidfd_send_signal(leader, POWER_OFF)
            os.close(leader)

    def kill(self) -> None:
        """Cut the power: every process ends at once, what was written stays."""
        self.group.kill()
        self.network.drop_port(self.name)

    def reset(self, *, new_host_key: bool = False) -> None:
        """Switch off and forget everything that was written, disk included; the host key stays unless told."""
        self.kill()
        for name in ("upper", "work", *DISK_FOLDERS):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in ("data", "system"):
            (self.folder / name).unlink(missing_ok=True)
        if new_host_key:
            self.ssh.forget_host_key()

    def pause(self) -> None:
        """Stop the machine where it is: it answers nothing and knows nothing of it."""
        self.group.freeze(frozen=True)

    def resume(self) -> None:
        """Let the paused machine go on."""
        self.group.freeze(frozen=False)

    def cut(self) -> None:
        """Pull the network cable; the next start plugs it in again."""
        self.network.cut(self.name)

    def heal(self) -> None:
        """Plug the network cable in again."""
        self.network.heal(self.name)

    def mem(self) -> float:
        """Return the memory that its processes use, in MiB."""
        return self.group.memory_mib()

    def command(self, *words: str) -> list[str]:
        """Return the command line that runs *words* on the machine through its shell, or opens a session."""
        return self.network.command(self.ssh.command(self.user, *words))

    def run(
        self, command: str, *, check: bool = True, given: str = "", timeout: float | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run *command* as `pi` through ssh and return what it said; a failure is an error unless told otherwise.

        A machine that is cut or paused meanwhile lets it wait for ever, unless a *timeout* in seconds is given, after
        which subprocess.TimeoutExpired is raised.
        """
        done = subprocess.run(
            self.command(command), input=given, capture_output=True, text=True, check=False, timeout=timeout
        )
        if check and done.returncode != 0:
            raise MachineError(
                f"`{command}` on {self.name} ended with {done.returncode}:\n{done.stdout}{done.stderr}".strip()
            )
        return done

    def _leader(self) -> int | None:
        """Return a handle of the machine's process 1."""
        for pid in self.group.processes():
            try:
                handle = os.pidfd_open(pid)
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            except OSError:
                continue
            spaces = next((line.split()[1:] for line in lines if line.startswith("NSpid:")), [])
            if len(spaces) > 1 and spaces[-1] == "1":
                return handle
            os.close(handle)
        return None

    def _prepare(self) -> None:
        """Write what this machine alone has, where it is missing."""
        upper = self.folder / "upper"
        for name in ("work", *DISK_FOLDERS):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.shared.mkdir(exist_ok=True)
        self._make_disks()
        self.ssh.make()
        if upper.exists():
            return
        new = self.folder / "upper.new"
        shutil.rmtree(new, ignore_errors=True)
        for place in ("etc/ssh", "etc/network", "home/pi/.ssh"):
            (new / place).mkdir(parents=True)
        (new / "etc/hostname").write_text(f"{self.name}\n")
        (new / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n")
        (new / "etc/network/interfaces").write_text(INTERFACES.format(address=self.address))
        for unit in UNITS_OF_THE_CLUSTER:
            drop_ins = new / f"etc/systemd/system/{unit}.d"
            drop_ins.mkdir(parents=True)
            (drop_ins / "rehearsal.conf").write_text(COUNTS_MEMORY)
        (new / "etc/rehearsal-controllers").write_text("cpuset cpu io memory pids\n")
        (new / "etc/machine-id").write_text(f"{secrets.token_hex(16)}\n")
        self.ssh.install(new, user=self.user, user_id=USER_ID)
        # Whole or not there: a start that was interrupted here begins again.
        new.rename(upper)

    def _make_disks(self) -> None:
        data, system = self.folder / "data", self.folder / "system"
        if not data.exists():
            _make_file(data, mib=self.disk_mib)
        if not system.exists():
            new = system.with_suffix(".new")
            _make_file(new, mib=SYSTEM_MIB)
            files = self.base / "boot/firmware"
            system_command(["mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-L", "bootfs", "-d", str(files), str(new)])
            new.rename(system)


def _make_file(path: Path, *, mib: int) -> None:
    """Make a file of zeros that takes no room."""
    with path.open("wb") as file:
        file.truncate(mib << 20)
