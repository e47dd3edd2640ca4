"""Everything that this process started, directly or not."""

import ctypes
import os
import signal
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 5.0


def adopt_descendants() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets out of sight."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> list[int]:
    """Return the process ids of all living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _living_parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    open_ends = [os.getpid()]
    while open_ends:
        below = children.get(open_ends.pop(), [])
        found += below
        open_ends += below
    return found


def end_descendants() -> None:
    """Ask all descendants to end, insist after a while, and wait until none is left."""
    patient_until = time.monotonic() + GRACE_SECONDS
    asked: set[int] = set()
    while running := descendants():
        insist = time.monotonic() > patient_until
        for pid in running:
            # Each is asked once: PostgreSQL takes a second SIGINT, an engine a second request, for impatience.
            if insist or pid not in asked:
                _signal(pid, signal.SIGKILL if insist else signal.SIGTERM)
                asked.add(pid)
        _reap()
        time.sleep(0.02)
    _reap()


def _living_parent(entry: Path) -> int | None:
    try:
        state, parent, *_ = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(parent)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return
