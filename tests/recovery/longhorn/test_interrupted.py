"""A merge that is cut off at any moment and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

import recovery
from recovery.longhorn.fault import RefusedError
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica
from tests.recovery.longhorn.replica_folder import (
    BLOCK,
    LayerContent,
    image_blocks,
    naive_blocks,
    naive_volume,
    write_replica,
)

OURS = str(Path(recovery.__file__).parent)
WINDOW = 16384
"""Blocks in one of the pieces in which a volume is looked at."""
LAYERS = [
    LayerContent(size=3 * WINDOW * BLOCK, blocks=dict.fromkeys([0, 1, WINDOW, 2 * WINDOW], b"a" * BLOCK)),
    LayerContent(size=3 * WINDOW * BLOCK + 5, blocks={1: b"b" * BLOCK, 2 * WINDOW + 1: b"b", 3 * WINDOW: b"end"}),
]
VOLUME = naive_blocks(LAYERS)
"""What must come out."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a replica."""
    write_replica(tmp_path / "replica", LAYERS)
    return tmp_path / "replica"


def killed_after(lines: int, folder: Path, out: Path) -> bool:
    """Merge in another process that is killed after so many *lines* of our code; return whether it was."""
    pid = os.fork()
    if not pid:
        left = lines

        def count(frame: FrameType, event: str, argument: object) -> object:
            nonlocal left
            del argument
            if not frame.f_code.co_filename.startswith(OURS):
                return None
            if event == "line":
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return count

        try:
            sys.settrace(count)  # type: ignore[arg-type]  # a tracer that returns itself
            merge(read_replica(folder), out, checkpoint=BLOCK)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def lines_of_a_merge(folder: Path, out: Path) -> int:
    """Return after how many lines a merge is complete, to about ten."""
    low, high = 0, 1
    while killed_after(high, folder, out):
        high *= 2
        for path in out.parent.glob("probe*"):
            path.unlink()
    while high - low > 10:
        for path in out.parent.glob("probe*"):
            path.unlink()
        middle = (low + high) // 2
        low, high = (middle, high) if killed_after(middle, folder, out) else (low, middle)
    for path in out.parent.glob("probe*"):
        path.unlink()
    return high


def moments(last: int, *, count: int) -> Iterator[int]:
    """Return *count* moments, more of them near the end, where names change."""
    yield from range(max(last - count // 2, 0), last + 1)
    yield from random.Random(7).sample(range(last), count // 2)  # noqa: S311  # repeatable, not secret


@pytest.mark.slow
def test_cut_off_at_any_line_the_next_run_gives_the_same(folder: Path, tmp_path: Path) -> None:
    """Never a half image under its name; the second run continues, also when it is cut off itself."""
    out = tmp_path / "out"
    last = lines_of_a_merge(folder, tmp_path / "probe")
    continued = 0
    for moment in moments(last, count=60):
        for lines in (moment, last // 3):
            if out.exists() and not out.with_name("out.journal").exists():
                break  # complete: another run would be refused, and leave nothing but an empty file when it is cut off
            killed_after(lines, folder, out)
            assert not out.exists() or image_blocks(out) == VOLUME, moment
        if not out.exists() or out.with_name("out.journal").exists():
            continued += merge(read_replica(folder), out).continued_at > 0

        assert image_blocks(out) == VOLUME, moment
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "replica"], moment
        out.unlink()
    assert continued > 5


def begin(folder: Path, out: Path, *, done: int) -> None:
    """Leave a merge that was cut off when all bytes before *done* were on the disk."""
    lines, journal = 1, out.with_name("out.journal")
    while not (journal.exists() and f'"done": {done},' in journal.read_text()):
        lines += 29
        killed_after(lines, folder, out)


def test_what_lies_behind_the_journal_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    """After a power cut anything may stand there."""
    out = tmp_path / "out"
    begin(folder, out, done=WINDOW * BLOCK)
    with (tmp_path / "out.partial").open("r+b") as file:
        file.seek(WINDOW * BLOCK)
        file.write(b"garbage" * BLOCK)

    result = merge(read_replica(folder), out)

    assert result.continued_at == WINDOW * BLOCK
    assert image_blocks(out) == VOLUME


def test_a_journal_without_its_image_counts_for_nothing(folder: Path, tmp_path: Path) -> None:
    """Somebody removed the one and not the other."""
    begin(folder, tmp_path / "out", done=WINDOW * BLOCK)
    (tmp_path / "out.partial").unlink()

    assert merge(read_replica(folder), tmp_path / "out").continued_at == 0
    assert image_blocks(tmp_path / "out") == VOLUME


def test_other_layers_than_before_are_refused(folder: Path, tmp_path: Path) -> None:
    """A result is made of one state of one replica."""
    begin(folder, tmp_path / "out", done=WINDOW * BLOCK)
    write_replica(folder, [*LAYERS, LayerContent(size=LAYERS[-1].size)])

    with pytest.raises(RefusedError) as fault:
        merge(read_replica(folder), tmp_path / "out")

    assert str(fault.value) == (
        f"{tmp_path}/out.partial: expected the same layers as before, found others. "
        "To start anew, remove it and out.journal"
    )


@pytest.mark.parametrize("text", ["", '{"format":"factory merge 1","identity":"","done":0}'])
def test_a_file_of_somebody_else_is_refused(folder: Path, tmp_path: Path, text: str) -> None:
    """No journal, or one that was changed by hand: nothing is touched."""
    (tmp_path / "out.partial").write_text("mine")
    if text:
        (tmp_path / "out.journal").write_text(text)

    with pytest.raises(RefusedError, match=r"out.partial: expected no file, or one of an earlier merge, found one"):
        merge(read_replica(folder), tmp_path / "out")

    assert (tmp_path / "out.partial").read_text() == "mine"


def test_two_merges_into_one_image_are_refused(folder: Path, tmp_path: Path) -> None:
    """The first one goes on undisturbed."""
    faults = []

    def start_another(done: int, total: int) -> None:
        del total
        if not done:
            with pytest.raises(RefusedError) as fault:
                merge(read_replica(folder), tmp_path / "out")
            faults.append(str(fault.value))

    merge(read_replica(folder), tmp_path / "out", tell=start_another)

    assert faults == [f"{tmp_path}/out.partial: expected a file of nobody else, found another merge at work"]
    assert image_blocks(tmp_path / "out") == VOLUME


def test_an_image_that_appears_meanwhile_is_kept(folder: Path, tmp_path: Path) -> None:
    """Between the start and the end somebody uses the name."""
    with pytest.raises(RefusedError, match="expected a name that is free"):
        merge(read_replica(folder), tmp_path / "out", tell=lambda *_: (tmp_path / "out").touch())

    assert not (tmp_path / "out").read_bytes()


ON_A_SMALL_DISK = """
import pathlib, subprocess, sys
from recovery.longhorn.fault import NoRoomError
from recovery.longhorn.merge import merge
from recovery.longhorn.read_replica import read_replica

folder, disk, report = map(pathlib.Path, sys.argv[1:])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", disk], check=True)
replica = read_replica(folder)
told = []
(disk / "before").write_bytes(bytes(2 << 20))
try:
    merge(replica, disk / "out")
except NoRoomError as error:
    told.append(f"{error}; {sorted(path.name for path in disk.iterdir())}")
(disk / "before").unlink()

def fill(done, total):
    if not done:
        (disk / "meanwhile").write_bytes(bytes(5 << 19))

try:
    merge(replica, disk / "out", tell=fill)
except NoRoomError as error:
    told.append(f"{error}; {sorted(path.name for path in disk.iterdir())}")
(disk / "meanwhile").unlink()
merge(replica, disk / "out")
told.append(" ".join(sorted(path.name for path in disk.iterdir())))
(report / "told").write_text("\\n".join(told))
(report / "out").write_bytes((disk / "out").read_bytes())
"""


def test_a_full_disk_is_told_and_continued(tmp_path: Path) -> None:
    """Before the start and in the middle of it: what is needed and what is free, no image; later the same command."""
    layers = [LayerContent(size=4 << 20, blocks=dict.fromkeys(range(0, 1024, 2), b"x" * BLOCK))]
    write_replica(tmp_path / "replica", layers)
    (tmp_path / "disk").mkdir()
    (tmp_path / "report").mkdir()
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", ON_A_SMALL_DISK]

    subprocess.run([*command, *(str(tmp_path / name) for name in ("replica", "disk", "report"))], check=True)

    told = (tmp_path / "report" / "told").read_text().splitlines()
    helps = "Make room and start the same command again: it continues"
    left = "; ['{}', 'out.journal', 'out.partial']"
    assert told[0].startswith(f"{tmp_path}/disk: expected room for 2,097,152 bytes, found 1,0")
    assert told[0].endswith(f" bytes free. {helps}{left.format('before')}")
    assert told[1] == (
        f"{tmp_path}/disk: expected room for 2,097,152 bytes, found 0 bytes free. {helps}{left.format('meanwhile')}"
    )
    assert told[2] == "out"
    assert (tmp_path / "report" / "out").read_bytes() == naive_volume(layers)


@pytest.mark.slow
def test_killed_again_and_again_the_verb_comes_to_its_end(tmp_path: Path) -> None:
    """The command as it is typed, at moments that nobody chose."""
    layers = [
        LayerContent(size=64 << 20, blocks=dict.fromkeys(range(first, 16384, 3), bytes([65 + first]) * BLOCK))
        for first in range(3)
    ]
    write_replica(tmp_path / "replica", layers)
    command = [sys.executable, "-P", "-m", "ops", "recover", "merge", str(tmp_path / "replica"), str(tmp_path / "out")]
    chance = random.Random()  # noqa: S311  # a moment, no secret
    wait = 0.2
    for _ in range(5):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0, wait))
            process.kill()
        wait *= 2
        assert not (tmp_path / "out").exists() or image_blocks(tmp_path / "out") == naive_blocks(layers)
    if not (tmp_path / "out").exists() or (tmp_path / "out.journal").exists():
        subprocess.run(command, check=True, capture_output=True)

    assert image_blocks(tmp_path / "out") == naive_blocks(layers)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "replica"]
