"""The processes of one machine, or of one lab, as one thing that can be stopped, counted and ended."""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

WAIT_SECONDS = 20.0


class ControlGroup:
    """A cgroup of version 2; what is started in it stays in it."""

    def __init__(self, name: str) -> None:
        """Describe the group called *name*, parts divided by `/`."""
        mount = unified_mount()
        if mount is None:
            raise RuntimeError("expected a mounted cgroup2, found none")
        self.name = name
        self.path = mount / name

    def make(self) -> None:
        """Make the group where it is missing, with the controllers that this computer gives to its own groups."""
        self.path.mkdir(parents=True, exist_ok=True)
        for above in reversed(self.path.parents[: len(Path(self.name).parts) - 1]):
            for controller in (above / "cgroup.controllers").read_text().split():
                with contextlib.suppress(OSError):  # some may be held back; a machine then lacks them, and runs
                    (above / "cgroup.subtree_control").write_text(f"+{controller}")

    def command(self, command: Sequence[str]) -> list[str]:
        """Return the command line that starts *command* in the group, without waiting for its end."""
        script = f'echo $$ > "{self.path}/cgroup.procs" && exec setsid --fork "$@"'
        return ["sh", "-c", script, "sh", *command]

    def processes(self) -> list[int]:
        """Return the ids of all processes in the group and the groups below."""
        found: list[int] = []
        for path in self.path.rglob("cgroup.procs"):
            with contextlib.suppress(OSError):  # a group may go while it is read
                found += map(int, path.read_text().split())
        with contextlib.suppress(OSError):
            found += map(int, (self.path / "cgroup.procs").read_text().split())
        return sorted(set(found))

    @property
    def populated(self) -> bool:
        """Whether any process is in the group or below."""
        try:
            return "populated 1" in (self.path / "cgroup.events").read_text()
        except OSError:
            return False

    def freeze(self, *, frozen: bool) -> None:
        """Stop every process where it is, or let all go on; done when this returns."""
        (self.path / "cgroup.freeze").write_text("1" if frozen else "0")
        deadline = time.monotonic() + WAIT_SECONDS
        while frozen and "frozen 1" not in (self.path / "cgroup.events").read_text():
            if time.monotonic() > deadline:
                raise TimeoutError(f"expected all processes of {self.path.name} to stop within {WAIT_SECONDS:.0f} s")
            time.sleep(0.002)

    @property
    def frozen(self) -> bool:
        """Whether the group was stopped."""
        try:
            return (self.path / "cgroup.freeze").read_text().strip() == "1"
        except OSError:
            return False

    def kill(self) -> None:
        """End every process at once, as a power cut does, and wait until the last is gone with its mounts."""
        with contextlib.suppress(FileNotFoundError):
            (self.path / "cgroup.kill").write_text("1")
        if not self.wait_until_empty(WAIT_SECONDS):
            raise TimeoutError(f"expected no process in {self.path}, found {self.processes()}")

    def wait_until_empty(self, seconds: float) -> bool:
        """Return whether the group was without processes within *seconds*."""
        deadline = time.monotonic() + seconds
        while self.populated:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def remove(self) -> None:
        """Remove the empty group with all below it."""
        below = sorted((path for path in self.path.rglob("*") if path.is_dir()), reverse=True)
        for path in [*below, self.path]:
            with contextlib.suppress(FileNotFoundError):
                path.rmdir()

    def memory_mib(self) -> float:
        """Return the memory of all processes, shared pages divided among those who share them."""
        total = 0
        for pid in self.processes():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024


def unified_mount() -> Path | None:
    """Return where cgroup2 is mounted."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(place)
    return None
