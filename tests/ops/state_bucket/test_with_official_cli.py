"""The official CLI with its state in the double's bucket: the double understands it, and we see its locks."""

import json
import shutil
import subprocess

import pytest

from ops.state_bucket.bucket_locks import bucket_locks
from ops.state_bucket.state_guard import state_guard
from ops.state_bucket.storage import Storage
from tests.ops.state_bucket.conftest import BUCKET, Place

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi on PATH, which serves production"),
]

PROGRAM = "import pulumi\npulumi.export('locks', pulumi.Output.from_input(1))\n"


def _pulumi(place: Place, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [shutil.which("pulumi") or "pulumi", *words, "--non-interactive"], cwd=place.folder,
        env={**place.environment, "PULUMI_HOME": str(place.folder / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_its_state_and_its_locks(place: Place) -> None:
    """A run leaves state and history where we look; a lock that it left stops both of us until we take it away."""
    # An emulator, as the CLI understands the variable: it says nothing of itself there.
    place.double.state.is_open = True
    (place.folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    made = _pulumi(place, "stack", "init", "dev")
    assert made.returncode == 0, made.stderr

    with state_guard(place.folder, "dev") as guard:
        done = _pulumi(place, "up", "--yes", "--skip-preview")
        assert done.returncode == 0, done.stdout + done.stderr
        guard.require_alone()
        assert place.state.state in place.bucket.objects
        assert [name for name in place.bucket.objects if name.startswith(place.state.history)]

    place.left()
    locked = _pulumi(place, "up", "--yes", "--skip-preview")
    assert "the stack is currently locked by 1 lock(s)" in locked.stderr, locked.stderr
    with Storage(BUCKET) as storage:
        assert [lock.holder.sentence() for lock in bucket_locks(storage, place.state)] == [
            "ci@runner (process 412) since 2026-01-02T03:04:05Z"
        ]
    assert place.run("state", "unlock", "dev", "--holder", "ci@runner").returncode == 0
    again = _pulumi(place, "up", "--yes", "--skip-preview")
    assert again.returncode == 0, again.stderr
    exported = _pulumi(place, "stack", "export")
    assert json.loads(exported.stdout)["deployment"]["resources"]


def test_up_is_guarded(place: Place) -> None:
    """`./factory up` with the official CLI works beside nobody, and gives its lock back."""
    place.double.state.is_open = True
    (place.folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    assert _pulumi(place, "stack", "init", "dev").returncode == 0

    with state_guard(place.folder, "dev"):
        refused = place.run("up", "dev", "--engine", "pulumi", "--yes", PULUMI_HOME=str(place.folder / "home"))
    done = place.run("up", "dev", "--engine", "pulumi", "--yes", PULUMI_HOME=str(place.folder / "home"))

    assert refused.returncode == 1
    assert "refused: the stack is locked by" in refused.stderr
    assert done.returncode == 0, done.stdout + done.stderr
    assert place.state.own_lock not in place.bucket.objects
