"""Remove what a lab has on this computer: processes, mounts, network, loop devices, and its files."""

import contextlib
import os
import shutil
import signal
from pathlib import Path

from rehearsal.machines.control_group import ControlGroup
from rehearsal.machines.lab_record import LabRecord, clearing, lab_records
from rehearsal.machines.network import Network
from rehearsal.machines.system_command import system_command


def clear_lab(record: LabRecord, *, keep: bool) -> None:
    """End everything of the lab, also when it is half made or half removed; its files stay only when told to *keep*."""
    group = ControlGroup(record.name)
    group.kill()
    group.remove()
    Network(record.name).remove()
    _detach_disks(Path(record.folder))
    if not keep:
        shutil.rmtree(record.folder, ignore_errors=True)
    record.forget()


def clear_left_overs() -> list[str]:
    """Remove the labs whose owner is gone, never others', and return their names."""
    with clearing():
        left = [record for record in lab_records() if record.is_left_over]
        for record in left:
            _end_visitors(record)
            clear_lab(record, keep=record.keep)
    return [record.name for record in left]


def _end_visitors(record: LabRecord) -> None:
    """End what still runs in the namespace of a left-over: programs that the owner had started there."""
    for pid in system_command(["ip", "netns", "pids", record.name], check=False).split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def _detach_disks(folder: Path) -> None:
    """Detach loop devices over files of the lab: the kernel lets go by itself, unless a start was cut short."""
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            if Path(backing.read_text().strip()).is_relative_to(folder):
                system_command(["losetup", "--detach", f"/dev/{backing.parts[3]}"], check=False)
