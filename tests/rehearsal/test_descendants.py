"""Ending everything that was started."""

import subprocess
import sys
from pathlib import Path

from rehearsal.bring_up import CHECKOUT

# It starts a shell that leaves a grandchild behind, one that ignores SIGTERM and one in a session of its own.
PROGRAM = """
import subprocess, sys
from rehearsal.descendants import adopt_descendants, descendants, end_descendants
import rehearsal.descendants as module
module.GRACE_SECONDS = 0.5
adopt_descendants()
subprocess.run(["sh", "-c", "sleep 1000 &"])
stubborn = "trap '' TERM; echo; while :; do sleep 1; done"
subprocess.Popen(["sh", "-c", stubborn], stdout=subprocess.PIPE).stdout.readline()
subprocess.Popen(["setsid", "sleep", "1000"])
found = descendants()
end_descendants()
print(len(found) >= 3, descendants(), *found)
"""


def test_no_descendant_survives() -> None:
    """Children, orphaned grandchildren, other sessions and the stubborn: all are ended."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=60
    )

    enough, left, *found = done.stdout.split()
    assert (enough, left) == ("True", "[]")
    assert [pid for pid in found if Path(f"/proc/{pid}").exists()] == []
