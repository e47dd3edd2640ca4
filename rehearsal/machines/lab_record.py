"""Note of one lab that exists on this computer, written before anything of it is made."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

RECORDS = Path("/run/factory-machines")
PREFIX = "factory-"
BOOT = Path("/proc/sys/kernel/random/boot_id")
START_TIME = 19
"""Position of the start time in /proc/PID/stat, counted after the process's name."""


@dataclass(frozen=True, kw_only=True)
class LabRecord:
    """Which lab, whose it is, and where its files lie."""

    name: str
    """Name of its network namespace and of its control group."""
    folder: str
    """Folder of its files."""
    keep: bool
    """Whether the lab outlives the process that made it, and its files a restart of this computer."""
    owner: int | None
    """Process that ends it; None when it stays until somebody ends it."""
    owner_started: str
    """Start time of that process: a process id is given out again."""
    boot: str
    """Start of this computer."""

    @classmethod
    def of_this_process(cls, name: str, *, folder: Path, keep: bool) -> Self:
        """Describe a lab that this process makes and, unless *keep*, ends."""
        owner = None if keep else os.getpid()
        return cls(
            name=name, folder=str(folder), keep=keep, owner=owner, boot=_boot(),
            owner_started=_start_time(owner) if owner is not None else "",
        )  # fmt: skip

    @property
    def path(self) -> Path:
        """File of the note."""
        return RECORDS / f"{self.name}.json"

    @property
    def is_left_over(self) -> bool:
        """Whether nobody will end the lab any more."""
        if self.boot != _boot():
            return True
        return self.owner is not None and _start_time(self.owner) != self.owner_started

    def write(self) -> None:
        """Write the note."""
        RECORDS.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)))
        new.rename(self.path)

    def forget(self) -> None:
        """Remove the note."""
        self.path.unlink(missing_ok=True)


def lab_records() -> list[LabRecord]:
    """Return the notes of all labs on this computer."""
    found = []
    for path in sorted(RECORDS.glob(f"{PREFIX}*.json")):
        with contextlib.suppress(FileNotFoundError):  # its owner may have ended it just now
            found.append(LabRecord(**json.loads(path.read_text())))
    return found


@contextlib.contextmanager
def clearing() -> Iterator[None]:
    """Let one process at a time clear away what others left."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    with (RECORDS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _boot() -> str:
    return BOOT.read_text().strip()


def _start_time(pid: int) -> str:
    """Return when the process started, nothing when it does not live."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state in "ZX" else fields[START_TIME - 1]
