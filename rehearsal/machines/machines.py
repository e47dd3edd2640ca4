"""The machines of one lab, for as long as a `with` lasts."""

import contextlib
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rehearsal.machines.base_root import CACHE, base_root
from rehearsal.machines.clear_lab import clear_lab, clear_left_overs
from rehearsal.machines.control_group import ControlGroup
from rehearsal.machines.lab_record import PREFIX, LabRecord
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.machines.machine_files import PROXY_PORT
from rehearsal.machines.network import FIRST_HOST, GATEWAY, NETWORK, Network
from rehearsal.machines.package_sources import PackageSources
from rehearsal.machines.requirements import require_machines
from rehearsal.machines.ssh_access import make_key

NAMES = ("pi1", "pi2", "pi3")
DISK_MIB = 8192
LONGEST_NAME = 12
CHECKOUT = Path(__file__).resolve().parents[2]
PROXY_SECONDS = 20.0


class Machines:
    """A lab of machines with addresses, disks and a network of their own.

    Two labs may run at once: the addresses are the same in each, the namespaces are not.
    """

    gateway = GATEWAY
    """Address of this computer inside the lab's network."""

    def __init__(
        self, folder: Path, *, names: Sequence[str] = NAMES, disk_mib: int = DISK_MIB, keep: bool = False,
        owned: bool = True,
    ) -> None:  # fmt: skip
        """Describe a lab that keeps its files in *folder*, which is made and, unless *keep*, removed at the end.

        An *owned* lab ends with the process that made it; another stays until `stop` or `purge`.
        """
        too_long = [name for name in names if len(name) > LONGEST_NAME]
        if too_long:
            raise ValueError(f"expected names of at most {LONGEST_NAME} characters, found {', '.join(too_long)}")
        self.folder = folder
        self.key = folder / "id_ed25519"
        self._names = tuple(names)
        self._disk_mib = disk_mib
        self._keep = keep
        self._owned = owned
        self.name = f"{PREFIX}{secrets.token_hex(4)}"
        self.network = Network(self.name)
        self._machines: dict[str, Machine] = {}
        self._record: LabRecord | None = None

    def __enter__(self) -> Self:
        """Clear left-overs away, then start all machines; they can be logged in to when this returns."""
        try:
            self.make()
            self.start()
        except BaseException:
            self.purge()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything at once."""
        self.purge()

    def __getitem__(self, name: str) -> Machine:
        """Return the machine called *name*."""
        return self._machines[name]

    def __iter__(self) -> Iterator[Machine]:
        """Go through the machines in order."""
        return iter(self._machines.values())

    def __len__(self) -> int:
        """Count the machines."""
        return len(self._machines)

    def make(self) -> None:
        """Make network and package proxy; no machine is started."""
        sources = require_machines()
        clear_left_overs()
        record = LabRecord.of_this_process(self.name, folder=self.folder, keep=self._keep, owned=self._owned)
        record.write()
        self._record = record
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        base = base_root(sources)
        make_key(self.key)
        self.network.make()
        ControlGroup(self.name).make()
        self._machines = {
            name: Machine(
                name=name, address=f"{NETWORK}.{FIRST_HOST + number}", folder=self.folder / name, base=base,
                key=self.key, network=self.network, group=ControlGroup(f"{self.name}/{name}"), disk_mib=self._disk_mib,
            )
            for number, name in enumerate(self._names)
        }  # fmt: skip
        self._start_proxy(sources)

    def start(self) -> None:
        """Switch all machines on, side by side."""
        for machine in self:
            machine.start(wait=False)
        for machine in self:
            machine.wait()

    def purge(self) -> None:
        """End everything and remove the files, unless they are to be kept."""
        if self._record is not None:
            clear_lab(self._record)

    def command(self, words: Sequence[str]) -> list[str]:
        """Return the command line that runs *words* on this computer, inside the lab's network."""
        return self.network.command(words)

    def inside(self) -> contextlib.AbstractContextManager[None]:
        """Let the calling thread open connections and start programs inside the lab's network."""
        return self.network.inside()

    def part(self, one: str, other: str) -> None:
        """Let nothing pass between two machines; each still reaches all others."""
        self.network.part(one, other)

    def rejoin(self, one: str, other: str) -> None:
        """Let everything pass between two machines again."""
        self.network.rejoin(one, other)

    def _start_proxy(self, sources: PackageSources) -> None:
        group = ControlGroup(f"{self.name}/package-proxy")
        group.make()
        log = self.folder / "package-proxy.log"
        program = [
            sys.executable, "-P", "-m", "rehearsal.machines.package_proxy", self.name, GATEWAY, str(PROXY_PORT),
            str(CACHE.expanduser() / "packages"), *sources.hosts,
        ]  # fmt: skip
        # The shell moves itself into the group first: whatever ends the lab ends the proxy.
        script = f'echo $$ > "{group.path}/cgroup.procs"; exec "$@"'
        with log.open("wb") as output:
            command = ["setsid", "--fork", "sh", "-c", script, "sh", *program]
            subprocess.run(
                command, cwd=CHECKOUT, check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        deadline = time.monotonic() + PROXY_SECONDS
        while "ready" not in log.read_text(errors="replace"):
            if time.monotonic() > deadline:
                raise MachineError(f"expected the package proxy to start, it said:\n{log.read_text()}")
            time.sleep(0.02)
