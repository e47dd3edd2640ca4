"""The network of one lab: a bridge in a namespace of its own."""

import contextlib
import ctypes
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rehearsal.machines.system_command import system_command

BRIDGE = "br0"
NETWORK = "10.77.0"
GATEWAY = f"{NETWORK}.1"
FIRST_HOST = 201
NAMESPACES = Path("/run/netns")
HEAL_SECONDS = 5.0
CLONE_NEWNET = 0x40000000

# Between two machines only: the bridge drops what goes from one port to the other.
RULES = """
table bridge lab {
  set parted { type ifname . ifname; }
  chain forward { type filter hook forward priority 0; iifname . oifname @parted drop; }
}
"""


class Network:
    """A bridge with one port per machine; nothing outside is reachable but through the package proxy."""

    def __init__(self, name: str) -> None:
        """Describe the network that lives in the namespace called *name*."""
        self.name = name
        self.path = NAMESPACES / name

    @property
    def exists(self) -> bool:
        """Whether all of it was made."""
        return self.path.exists() and "forward" in system_command(
            self.command(["nft", "list", "chain", "bridge", "lab", "forward"]), check=False
        )  # fmt: skip

    def make(self) -> None:
        """Make namespace and bridge anew."""
        self.remove()
        system_command(["ip", "netns", "add", self.name])
        system_command(["ip", "-n", self.name, "-batch", "-"], given=(
            "link set lo up\n"
            f"link add {BRIDGE} type bridge\n"
            f"addr add {GATEWAY}/24 dev {BRIDGE}\n"
            f"link set {BRIDGE} up\n"
        ))  # fmt: skip
        system_command(self.command(["nft", "-f", "-"]), given=RULES)

    def remove(self) -> None:
        """Remove the namespace with all in it."""
        if self.path.exists():
            system_command(["ip", "netns", "del", self.name], check=False)

    def command(self, command: Sequence[str]) -> list[str]:
        """Return *command* so that it runs inside the namespace."""
        return ["nsenter", f"--net={self.path}", "--", *command]

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Let the calling thread open sockets and start programs inside the namespace."""
        own = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            there = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                _enter(there)
            finally:
                os.close(there)
            try:
                yield
            finally:
                _enter(own)
        finally:
            os.close(own)

    def cut(self, machine: str) -> None:
        """Pull the cable of *machine*."""
        system_command(["ip", "-n", self.name, "link", "set", port_of(machine), "down"])

    def heal(self, machine: str) -> None:
        """Plug the cable of *machine* in again; frames pass when this returns."""
        system_command(["ip", "-n", self.name, "link", "set", port_of(machine), "up"])
        deadline = time.monotonic() + HEAL_SECONDS
        # The kernel looks at cables once a second, and the bridge passes nothing before.
        while "state forwarding" not in system_command(["ip", "-n", self.name, "-d", "link", "show", port_of(machine)]):
            if time.monotonic() > deadline:
                raise TimeoutError(f"expected the port of {machine} to pass frames within {HEAL_SECONDS:.0f} s")
            time.sleep(0.01)

    def part(self, one: str, other: str) -> None:
        """Let nothing pass between two machines; each still reaches all others."""
        self._parted("add", one, other)

    def rejoin(self, one: str, other: str) -> None:
        """Let everything pass between two machines again."""
        self._parted("delete", one, other)

    def drop_port(self, machine: str) -> None:
        """Remove the port of a machine that ended: the kernel takes its time, and the next start needs the name."""
        system_command(["ip", "-n", self.name, "link", "del", port_of(machine)], check=False)

    def _parted(self, verb: str, one: str, other: str) -> None:
        ports = port_of(one), port_of(other)
        pairs = f'{{ "{ports[0]}" . "{ports[1]}", "{ports[1]}" . "{ports[0]}" }}'
        system_command(self.command(["nft", f"{verb} element bridge lab parted {pairs}"]))


def port_of(machine: str) -> str:
    """Return the name that systemd-nspawn gives to the bridge's end of a machine's cable."""
    return f"vb-{machine}"


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"could not change the network namespace: {os.strerror(number)}")
