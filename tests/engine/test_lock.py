"""The lock of a stack: who holds it, and when it may be taken over."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.lock import LockedError, StackLock, holders

_FOREIGN = {"pid": 7, "username": "anna", "hostname": "laptop", "timestamp": "2026-01-02T03:04:05Z"}


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """Give the lock of a process that was killed while it held it; the folder holds nothing else."""
    program = (
        "import os, signal\nfrom pathlib import Path\nfrom engine.lock import StackLock\n"
        f"StackLock(Path({str(tmp_path)!r})).__enter__()\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    [lock] = tmp_path.iterdir()
    return lock


@pytest.fixture
def group() -> Iterator[int]:
    """Give the id of a process group that lives."""
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as process:  # noqa: S607  # every system has it
        yield process.pid
        process.kill()


def _change(lock: Path, **keys: object) -> None:
    lock.write_text(json.dumps(json.loads(lock.read_text()) | keys))


def test_second_lock_is_refused(tmp_path: Path) -> None:
    """Who wants a lock that is held is told the holder, the start, and the file."""
    with StackLock(tmp_path):
        [holder] = holders(tmp_path)
        with pytest.raises(LockedError) as refused, StackLock(tmp_path):
            pass

    assert holder.pid == os.getpid()
    assert str(refused.value) == (
        f"the stack is locked by {holder.sentence()}; wait for it to end, or remove {holder.file} when you know that "
        "it is gone"
    )
    assert list(tmp_path.iterdir()) == []


def test_start_stays_the_start(tmp_path: Path) -> None:
    """Providers that are noted later do not change since when the lock is held."""
    with StackLock(tmp_path) as lock:
        [before] = holders(tmp_path)
        lock.add_group(7)
        lock.add_group(8)
        [after] = holders(tmp_path)

    assert (before.since, before.groups) == (after.since, ())
    assert after.groups == (7, 8)


def test_lock_of_a_killed_process_is_taken_over(left: Path) -> None:
    """The lock of a process that is gone is removed, and named."""
    [holder] = holders(left.parent)

    with StackLock(left.parent) as lock:
        assert lock.taken_over == [holder]
        assert not left.exists()


@pytest.mark.parametrize("key", ["namespace", "hostname"])
def test_lock_from_elsewhere_stays(key: str, left: Path) -> None:
    """A lock from another machine, boot or process namespace is not judged."""
    _change(left, **{key: "elsewhere"})

    with pytest.raises(LockedError, match="the stack is locked by"), StackLock(left.parent):
        pass

    assert list(left.parent.iterdir()) == [left]


def test_lock_stays_while_a_provider_works(left: Path, group: int) -> None:
    """As long as a process of a noted group lives, somebody may still change things."""
    _change(left, groups=[group])

    with pytest.raises(LockedError, match="the stack is locked by"), StackLock(left.parent):
        pass

    assert list(left.parent.iterdir()) == [left]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps(_FOREIGN), r"anna@laptop \(process 7\) since 2026-01-02T03:04:05Z"),
        ("", r"unknown@unknown \(process 0\) since an unknown time"),
        ("no JSON", r"unknown@unknown \(process 0\) since an unknown time"),
        ("[]", r"unknown@unknown \(process 0\) since an unknown time"),
        ('{"pid": "x", "groups": 3}', r"unknown@unknown \(process 0\) since an unknown time"),
    ],
)
def test_lock_of_somebody_else_stays(text: str, words: str, tmp_path: Path) -> None:
    """What this engine did not write is a lock all the same, whatever it says."""
    lock = tmp_path / "somebody.json"
    lock.write_text(text)

    with pytest.raises(LockedError, match=words), StackLock(tmp_path):
        pass

    assert lock.read_text() == text
    assert list(tmp_path.iterdir()) == [lock]
