"""The machines of one lab, for as long as a `with` lasts."""

import contextlib
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rehearsal.machines.base_root import base_root
from rehearsal.machines.clear_lab import clear_lab, clear_left_overs
from rehearsal.machines.control_group import ControlGroup
from rehearsal.machines.kernel_limits import raise_kernel_limits
from rehearsal.machines.lab_layout import LabLayout
from rehearsal.machines.lab_record import PREFIX, LabRecord, lab_records
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.machines.network import FIRST_HOST, GATEWAY, NETWORK, Network
from rehearsal.machines.requirements import require_machines
from rehearsal.machines.ssh_access import make_key
from rehearsal.machines.start_proxy import start_proxy
from rehearsal.show import Show

NAMES = ("pi1", "pi2", "pi3")
DISK_MIB = 8192
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,11}")
"""The name of a network interface ends in it, which may have 15 characters."""
LARGEST_NUMBER = 54


class Machines:
    """A lab of machines with addresses, disks and a network of their own.

    Two labs may run at once: the addresses are the same in each, the namespaces are not.
    """

    gateway = GATEWAY
    """Address of this computer inside the lab's network."""

    def __init__(
        self, folder: Path, *, names: Sequence[str] = NAMES, disk_mib: int = DISK_MIB, keep: bool = False,
        show: Show | None = None,
    ) -> None:  # fmt: skip
        """Describe a lab whose files lie in *folder*, which is made by it.

        It ends with the process that made it, and its files with it; with *keep* it stays until `stop` or `purge`.
        Where a *show* is on the terminal already, it tells of the building of the base.
        """
        wrong = [name for name in names if not NAME.fullmatch(name)]
        if wrong or len(names) > LARGEST_NUMBER:
            raise ValueError(
                f"expected at most {LARGEST_NUMBER} names of at most 12 small letters, digits and hyphens, for example "
                f"pi1; found {len(names)}: {', '.join(wrong or names)}"
            )
        # Half-removed files of a lab are found by their path: it must be the one that the kernel shows.
        self.folder = folder.resolve()
        self.key = self.folder / "id_ed25519"
        self._layout = LabLayout(names=tuple(names), disk_mib=disk_mib, base="")
        self._keep = keep
        self._show = show
        self._machines: dict[str, Machine] = {}
        self._record = _record_of(self.folder) if keep else None
        self.name = self._record.name if self._record else f"{PREFIX}{secrets.token_hex(4)}"
        self.network = Network(self.name)
        layout = LabLayout.read(self.folder) if keep else None
        if layout is not None:
            self._layout = layout
            self._describe()

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
        """End everything at once, and remove the files."""
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

    @property
    def exists(self) -> bool:
        """Whether the lab has a network, so that its machines can be switched on and off."""
        return self._record is not None and self.network.exists

    def make(self, names: Sequence[str] = ()) -> None:
        """Make network and package proxy where they are missing, and describe the machines, *names* being added."""
        sources = require_machines()
        raise_kernel_limits()
        clear_left_overs()
        if not self._keep and LabLayout.read(self.folder) is not None:
            raise MachineError(f"expected a folder without a lab, found one in {self.folder}")
        if not self.exists:
            self._record = LabRecord.of_this_process(self.name, folder=self.folder, keep=self._keep)
            self._record.write()
            self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            self.network.make()
            make_key(self.key)
        base = Path(self._layout.base) if self._layout.base else base_root(sources, show=self._show)
        if not base.exists():
            raise MachineError(f"expected the base {base} that the lab started from, it was removed: purge the lab")
        # The base was used now: those that nobody used for long are removed.
        os.utime(base)
        self._layout = LabLayout(names=self._layout.names, disk_mib=self._layout.disk_mib, base=str(base)).with_names(
            tuple(names)
        )
        self._layout.write(self.folder)
        self._describe()
        start_proxy(self.name, hosts=sources.hosts, log=self.folder / "package-proxy.log")

    def add(self, name: str) -> None:
        """Describe one machine more, which `start` switches on."""
        self._layout = self._layout.with_names((name,))
        self._layout.write(self.folder)
        self._describe()

    def start(self, names: Sequence[str] = ()) -> None:
        """Switch the machines on side by side: those called *names*, or all."""
        chosen = [self[name] for name in names] or list(self)
        for machine in chosen:
            machine.start(wait=False)
        for machine in chosen:
            machine.wait()

    def stop(self) -> None:
        """Switch all machines off in an orderly way and remove the network; the files stay."""
        for machine in self:
            machine.power_off()
        for machine in self:
            machine.stop()
        self._clear(keep=True)

    def purge(self) -> None:
        """End everything at once and remove the files."""
        self._clear(keep=False)

    def command(self, words: Sequence[str]) -> list[str]:
        """Return the command line that runs *words* on this computer, inside the lab's network."""
        return self.network.command(words)

    def inside(self) -> contextlib.AbstractContextManager[None]:
        """Let the calling thread open connections and start programs inside the lab's network."""
        return self.network.inside()

    def part(self, one: str, other: str) -> None:
        """Let nothing pass between two machines; each still reaches all others."""
        self.network.part(self[one].name, self[other].name)

    def rejoin(self, one: str, other: str) -> None:
        """Let everything pass between two machines again."""
        self.network.rejoin(self[one].name, self[other].name)

    def _clear(self, *, keep: bool) -> None:
        record = self._record or LabRecord.of_this_process(self.name, folder=self.folder, keep=keep)
        clear_lab(record, keep=keep)
        self._record = None

    def _describe(self) -> None:
        self._machines = {
            name: Machine(
                name=name, address=f"{NETWORK}.{FIRST_HOST + number}", folder=self.folder / name,
                base=Path(self._layout.base), key=self.key, network=self.network,
                group=ControlGroup(f"{self.name}/{name}"), disk_mib=self._layout.disk_mib,
            )
            for number, name in enumerate(self._layout.names)
        }  # fmt: skip


def _record_of(folder: Path) -> LabRecord | None:
    """Return the note of the lab that lies in *folder* and is still somebody's."""
    return next((one for one in lab_records() if one.folder == str(folder) and not one.is_left_over), None)
