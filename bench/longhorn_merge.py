"""The merge of a replica's layers beside `cp --sparse=always` of the same data: `python -m bench.longhorn_merge`.

Both sides end with the result on the disk. They take turns, and the median of each counts. Needs 4 GiB in --folder.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from recovery.longhorn.replica import BLOCK

_MEBIBYTE = 1 << 20
_MERGE = (
    "import pathlib, sys; from recovery.longhorn.merge import merge;"
    "from recovery.longhorn.read_replica import read_replica;"
    "merge(read_replica(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))"
)


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.longhorn_merge", description=__doc__)
    parser.add_argument("--layers", type=int, nargs="+", default=[2, 10, 50], metavar="N")
    parser.add_argument("--rounds", type=int, default=5, help="of each; the median counts")
    parser.add_argument("--volume", type=int, default=10_240, metavar="MIB", help="length of the volume")
    parser.add_argument("--data", type=int, default=1_024, metavar="MIB", help="written to it")
    parser.add_argument("--longest", type=int, default=4_096, metavar="KIB", help="extents from 4 KiB up to this")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args(arguments)
    _say(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}")
    _say("| layers | extents up to | data | merge | cp | cp, result not on the disk | throughput of cp's | memory |")
    _say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for layers in given.layers:
        folder = Path(tempfile.mkdtemp(prefix="factory-bench-", dir=given.folder))
        try:
            _write(folder / "replica", layers, size=given.volume * _MEBIBYTE, data=given.data, longest=given.longest)
            _measure(folder, layers, rounds=given.rounds, longest=given.longest)
        finally:
            shutil.rmtree(folder)


def _write(folder: Path, layers: int, *, size: int, data: int, longest: int) -> None:
    """Write a chain; lengths of extents are spread evenly over the powers of two."""
    chance = random.Random(layers)  # noqa: S311  # the same data each time
    folder.mkdir()
    content = chance.randbytes(longest * 1024)
    below = ""
    for number in range(layers):
        last = number == layers - 1
        name = f"volume-head-{number:03}.img" if last else f"volume-snap-{number:03}.img"
        with (folder / name).open("wb") as file:
            file.truncate(size)
            left = data * _MEBIBYTE // layers
            while left > 0:
                blocks = int(2 ** chance.uniform(0, (longest * 1024 // BLOCK).bit_length() - 1))
                length = min(blocks * BLOCK, left // BLOCK * BLOCK or BLOCK)
                os.pwrite(file.fileno(), content[:length], chance.randrange((size - length) // BLOCK) * BLOCK)
                left -= length
            os.fsync(file.fileno())
        (folder / f"{name}.meta").write_text(json.dumps({"Parent": below, "Removed": False}))
        below = name
    volume = {"Size": size, "Head": below, "Dirty": False, "Rebuilding": False, "Error": ""}
    more = {"Parent": "", "SectorSize": 512, "BackingFilePath": ""}
    (folder / "volume.meta").write_text(json.dumps({**volume, **more}))


def _measure(folder: Path, layers: int, *, rounds: int, longest: int) -> None:
    image, copy = folder / "image", folder / "copy"
    merges, copies, unsynced, peaks = [], [], [], []
    merge = [sys.executable, "-c", _MERGE, str(folder / "replica")]
    _run([*merge, str(image)])
    for _ in range(rounds):
        seconds, peak = _run([*merge, str(copy)])
        merges.append(seconds)
        peaks.append(peak)
        copy.unlink()
        with_sync = 'cp --sparse=always "$1" "$2" && sync "$2"'
        copies.append(_run(["sh", "-c", with_sync, "sh", str(image), str(copy)])[0])
        copy.unlink()
        unsynced.append(_run(["cp", "--sparse=always", str(image), str(copy)])[0])
        copy.unlink()
    data = image.stat().st_blocks * 512 / _MEBIBYTE
    mine, theirs = statistics.median(merges), statistics.median(copies)
    _say(
        f"| {layers} | {longest:,} KiB | {data:,.0f} MiB | {mine:.2f} s | {theirs:.2f} s "
        f"| {statistics.median(unsynced):.2f} s | {theirs / mine * 100:.0f} % | {max(peaks):.0f} MiB |"
    )


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Return wall seconds and peak memory in MiB."""
    started = time.monotonic()
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
