"""What labs have on this computer."""

from pathlib import Path

from rehearsal.machines.control_group import unified_mount
from rehearsal.machines.lab_record import RECORDS
from rehearsal.machines.system_command import system_command


def traces_of(name: str, folder: Path) -> dict[str, list[str]]:
    """Return all that is left of the lab called *name* with its files in *folder*, by kind; empty when nothing is."""
    group = (unified_mount() or Path()) / name
    loops = system_command(["losetup", "--list", "--noheadings"])
    found = {
        "mounts": [line for line in Path("/proc/self/mounts").read_text().splitlines() if f"{folder}" in line],
        "loop devices": [line for line in loops.splitlines() if f"{folder}" in line],
        "namespaces": [str(path) for path in Path("/run/netns").glob(name)],
        "control groups": [str(group)] if group.exists() else [],
        "processes": _processes(name, folder),
        "notes": [str(path) for path in RECORDS.glob(f"{name}*")],
        "files": [str(path) for path in folder.glob("*")],
    }
    return {kind: what for kind, what in found.items() if what}


def _processes(name: str, folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_bytes()
            group = (entry / "cgroup").read_text()
        except OSError:
            continue
        if (
            f"/{name}/" in group
            or str(folder).encode() in environment
            or (str(folder) in line and "pytest" not in line)
        ):
            found.append(line)
    return found
