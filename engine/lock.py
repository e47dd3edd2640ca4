"""The stack's lock: a file in Pulumi's own form, held with `flock` while its process lives."""

import dataclasses
import fcntl
import getpass
import json
import os
import socket
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self


class LockedError(Exception):
    """Another run holds the stack."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Holder:
    """Who wrote a lock file, as far as it says so."""

    file: Path
    user: str
    host: str
    pid: int
    since: str
    namespace: str
    groups: tuple[int, ...]

    def sentence(self) -> str:
        """Name the holder and the start."""
        return f"{self.user}@{self.host} (process {self.pid}) since {self.since}"


class StackLock:
    """Hold the lock of one stack; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Prepare a lock in *folder*, the stack's lock folder of the backend."""
        self._folder: Final = folder
        self._path: Final = folder / f"{uuid.uuid4()}.json"
        self._groups: list[int] = []
        self._since = ""
        self._descriptor = -1
        self.taken_over: list[Holder] = []

    def __enter__(self) -> Self:
        """Take the lock.

        A lock whose process is provably gone (same machine and process namespace, its `flock` free, its provider
        processes gone) is removed and listed in `taken_over`.

        Raises:
            LockedError: somebody else holds it; says who and since when.

        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._check()
        # Whole from the start: a kill must not leave an empty file, which would say nothing of its owner. The first
        # name is outside the folder, where the official engine takes every file for a lock.
        draft = self._folder.parents[2] / f".{self._path.name}"
        self._descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        self._since = datetime.now(UTC).isoformat()
        self._write()
        draft.rename(self._path)
        try:
            self._check()
        except LockedError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Give the lock back."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def add_group(self, group: int) -> None:
        """Note the process group of a provider, so that nobody takes over while one still works."""
        self._groups.append(group)
        self._write()

    def _write(self) -> None:
        content = {
            "pid": os.getpid(),
            "username": getpass.getuser(),
            "hostname": socket.gethostname(),
            "timestamp": self._since,
            "namespace": _namespace(),
            "groups": self._groups,
        }
        data = json.dumps(content).encode()
        os.pwrite(self._descriptor, data, 0)
        os.ftruncate(self._descriptor, len(data))

    def _check(self) -> None:
        others = [holder for holder in holders(self._folder) if holder.file != self._path]
        for holder in others:
            if _gone(holder):
                holder.file.unlink(missing_ok=True)
                self.taken_over.append(holder)
            else:
                raise LockedError(
                    f"the stack is locked by {holder.sentence()}; wait for it to end, or remove {holder.file} "
                    "when you know that it is gone"
                )


def holders(folder: Path) -> list[Holder]:
    """Return the locks in *folder*, the official engine's included."""
    return [_holder(file) for file in sorted(folder.glob("*.json"))] if folder.is_dir() else []


def _holder(file: Path) -> Holder:
    """Return what *file* says; whatever else it says, it is a lock."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    given = content if isinstance(content, dict) else {}
    pid, groups = given.get("pid"), given.get("groups")
    return Holder(
        file=file,
        user=str(given.get("username", "unknown")),
        host=str(given.get("hostname", "unknown")),
        pid=pid if isinstance(pid, int) else 0,
        since=str(given.get("timestamp", "an unknown time")),
        namespace=str(given.get("namespace", "")),
        groups=tuple(group for group in groups if isinstance(group, int)) if isinstance(groups, list) else (),
    )


def _gone(holder: Holder) -> bool:
    if not holder.namespace or holder.namespace != _namespace() or holder.host != socket.gethostname():
        return False
    if any(_group_alive(group) for group in holder.groups):
        return False
    try:
        with holder.file.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _group_alive(group: int) -> bool:
    """Tell whether a process of *group* runs; one that ended and waits to be collected does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name in parentheses: state, parent, process group.
            state, _, member = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(member) == group and state not in "ZX":
            return True
    return False


def _namespace() -> str:
    """Return what identifies this boot of this machine and this process namespace; empty where unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        return f"{socket.gethostname()}/{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""
