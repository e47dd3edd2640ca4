"""The merge of a replica's layers beside `cp --sparse=always` of the same data: `python -m bench.longhorn_merge`.

They take turns, and the median of each counts: first both end with the result on the disk, then both without, as `cp`
alone does. The same data is the merged image: `cp` copies what the merge makes. Needs 4 GiB in --folder.
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
from typing import NamedTuple

from recovery.longhorn.replica import BLOCK

_MEBIBYTE = 1 << 20
_MERGE = (
    "import pathlib, sys; from recovery.longhorn.merge import merge;"
    "from recovery.longhorn.read_replica import read_replica;"
    "merge(read_replica(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))"
)
_UNSYNCED = f"import os; os.fsync = os.fdatasync = lambda fd: None; {_MERGE}"


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
    _say("| layers | extents up to | data | merge | cp | of cp's | merge, not synced | cp | of cp's | CPU | memory |")
    _say(f"|{' --- |' * 11}")
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
    layers_to_copy = [str(folder / "replica"), str(copy)]
    with_sync = 'cp --sparse=always "$1" "$2" && sync "$2"'
    commands = [
        [sys.executable, "-c", _MERGE, *layers_to_copy],
        ["sh", "-c", with_sync, "sh", str(image), str(copy)],
        [sys.executable, "-c", _UNSYNCED, *layers_to_copy],
        ["cp", "--sparse=always", str(image), str(copy)],
    ]
    _run([sys.executable, "-c", _MERGE, str(folder / "replica"), str(image)])
    runs: list[list[_Cost]] = [[] for _ in commands]
    for _ in range(rounds):
        for command, costs in zip(commands, runs, strict=True):
            costs.append(_run(command))
            copy.unlink()
    data = image.stat().st_blocks * 512 / _MEBIBYTE
    merged, copied, unsynced, alone = (statistics.median(cost.seconds for cost in costs) for costs in runs)
    mine, theirs = (statistics.median(cost.cpu for cost in costs) for costs in runs[2:])
    _say(
        f"| {layers} | {longest:,} KiB | {data:,.0f} MiB | {merged:.2f} s | {copied:.2f} s | {copied / merged:.0%} "
        f"| {unsynced:.2f} s | {alone:.2f} s | {alone / unsynced:.0%} | {mine:.2f} s, {theirs:.2f} s "
        f"| {max(cost.peak for cost in runs[0]):.0f} MiB |"
    )


class _Cost(NamedTuple):
    seconds: float
    cpu: float
    peak: float


def _run(command: Sequence[str]) -> _Cost:
    """Return wall seconds, those of the processor, and peak memory in MiB."""
    started = time.monotonic()
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return _Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
