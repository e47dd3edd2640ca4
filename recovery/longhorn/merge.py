"""Merge the layers of a replica into one image."""

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recovery.longhorn.copy_runs import CopyRuns
from recovery.longhorn.fault import ChainError, FaultError, NoRoomError, RefusedError
from recovery.longhorn.journal import Journal
from recovery.longhorn.replica import Replica
from recovery.longhorn.sources import Sources
from recovery.longhorn.unfinished import Unfinished

CHECKPOINT: Final = 512 << 20
"""After this many copied bytes the result so far is brought to the disk, to be continued from there."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What was made."""

    out: Path
    """The image."""

    size: int
    """Its length: that of the volume."""

    copied: int
    """Bytes that were copied in this run."""

    continued_at: int
    """Where this run began; 0 unless an earlier one was cut off."""

    seconds: float
    """How long this run took."""

    warnings: tuple[str, ...]
    """What was seen beside."""


def merge(
    replica: Replica, out: Path, *, tell: Callable[[int, int], None] | None = None, checkpoint: int = CHECKPOINT
) -> Merged:
    """Write the volume that *replica* holds to *out*, a sparse file; start again after any interruption.

    *tell* is called with the bytes copied and the bytes to copy. Sources are only read. The file has its name only
    when it is complete; until then `OUT.partial` and `OUT.journal` stand beside.
    """
    started = time.monotonic()
    _refuse_place(replica, out)
    with Sources(replica) as sources:
        result = Unfinished(out, identity=replica.identity, size=replica.size)
        warnings = tuple(
            f"{layer.path.name} has blocks that were reserved and never written: zeros, as for Longhorn"
            for layer in sources.layers_with_reserved
        )
        copied = 0
        if result.was_completed:
            result.journal.unlink()
            result.done = replica.size
        else:
            try:
                with result:
                    copied = _copy(sources, result, tell=tell or _silent, checkpoint=checkpoint)
            except OSError as error:
                raise _write_fault(result, error, sources=sources) from error
        return Merged(
            out=out,
            size=replica.size,
            copied=copied,
            continued_at=result.done,
            seconds=time.monotonic() - started,
            warnings=warnings,
        )


def _copy(sources: Sources, result: Unfinished, *, tell: Callable[[int, int], None], checkpoint: int) -> int:
    total = sources.data_from(result.done)
    if _free(result) < total:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    target = CopyRuns(sources, result.fd)
    copied = since = 0
    tell(0, total)
    try:
        for end, runs in sources.windows(result.done):
            target.copy(runs)
            copied, since = copied + runs.length, since + runs.length
            if since >= checkpoint:
                result.checkpoint(end)
                since = 0
            if runs.starts:
                tell(copied, total)
        sources.refuse_changed()
    except ChainError:
        if sources.are_changed:
            result.forget()
        raise
    result.complete()
    return copied


def _refuse_place(replica: Replica, out: Path) -> None:
    folder = out.parent.resolve()
    if not folder.is_dir():
        raise RefusedError(out, expected="a name in a folder that exists", found="no such folder")
    if folder.is_relative_to(replica.folder.resolve()):
        raise RefusedError(out, expected="a place outside of the replica's folder", found="one inside")


def _write_fault(result: Unfinished, error: OSError, *, sources: Sources) -> FaultError:
    if error.errno not in _FULL:
        return RefusedError(result.partial, expected="to write there", found=error.strerror or str(error))
    found = Journal.load(result.journal)
    return NoRoomError(
        result.out.parent,
        expected=f"room for {sources.data_from(found.done if found else 0):,} bytes",
        found=f"{_free(result):,} bytes free",
        helps="Make room and start the same command again: it continues",
    )


def _free(result: Unfinished) -> int:
    status = os.statvfs(result.out.parent)
    return status.f_bavail * status.f_frsize


def _silent(copied: int, total: int) -> None:
    del copied, total
