"""What a merge takes of memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recovery.longhorn.replica_folder import BLOCK, LayerContent, write_replica

MERGE = """
import pathlib, re, sys
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica

done = merge(read_replica(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))
# getrusage would tell of the process that started this one, if that was larger.
peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())
print(done.copied, int(peak[1]) // 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_volume(tmp_path: Path) -> None:
    """10 GiB in scattered blocks, the worst for a map of extents: under 256 MiB, in truth under 64."""
    size = 10 << 30
    names = write_replica(tmp_path / "replica", [LayerContent(size=size)] * 3)
    for offset, name in enumerate(names):
        fd = os.open(tmp_path / "replica" / name, os.O_WRONLY)
        for block in range(offset, size // BLOCK // 40, 2):
            os.pwrite(fd, b"x", block * 2 * BLOCK)
        os.close(fd)

    done = subprocess.run(
        [sys.executable, "-c", MERGE, str(tmp_path / "replica"), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )

    copied, mebibytes = map(int, done.stdout.split())
    assert copied <= (tmp_path / "out").stat().st_blocks * 512 < 1.05 * copied
    assert mebibytes < 64
