"""Copy runs from the layers into the result."""

import errno
import os
from collections.abc import Sequence
from typing import Final

from recovery.longhorn.fault import ChainError
from recovery.longhorn.overlay import Run
from recovery.longhorn.sources import Sources

_BUFFER: Final = 128 * 1024
"""Larger ones measured slower; runs of this length and more are left to the kernel."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class CopyRuns:
    """Copies into one open file, which has nothing but holes where it is copied to."""

    def __init__(self, sources: Sources, target: int) -> None:
        """Copy from *sources* into the open file *target*."""
        self._sources: Final = sources
        self._target: Final = target
        self._buffer: Final = memoryview(bytearray(_BUFFER))
        self._start = 0
        self._filled = 0

    def copy(self, runs: Sequence[Run]) -> None:
        """Copy *runs*, which are in order; short neighbours from different layers are written together."""
        for run in runs:
            if run.end - run.start < _BUFFER:
                # Asked for ahead, a disk reads scattered blocks side by side: a third of the time and less.
                fd = self._sources.fds[run.layer]
                os.posix_fadvise(fd, run.start, run.end - run.start, os.POSIX_FADV_WILLNEED)
        for run in runs:
            start = run.start
            if run.end - start >= _BUFFER:
                self._flush()
                start = self._copy_in_kernel(run)
            while start < run.end:
                if self._filled == _BUFFER or self._start + self._filled != start:
                    self._flush()
                    self._start = start
                length = min(run.end - start, _BUFFER - self._filled)
                self._read(run.layer, start, self._buffer[self._filled : self._filled + length])
                self._filled += length
                start += length
        self._flush()

    def _copy_in_kernel(self, run: Run) -> int:
        """Return how far it went: to the end, unless the kernel or the file system cannot."""
        start = run.start
        # Below the end of its own file a layer is zeros, and holes in the result are that already.
        end = min(run.end, self._sources.replica.layers[run.layer].size)
        source = self._sources.fds[run.layer]
        while start < end:
            try:
                copied = os.copy_file_range(source, self._target, end - start, start, start)
            except OSError as error:
                if error.errno in _FULL:
                    raise
                return start  # reading and writing apart tells which of the two fails
            if not copied:
                return start
            start += copied
        return run.end

    def _read(self, layer: int, start: int, into: memoryview) -> None:
        filled = 0
        while filled < len(into):
            try:
                count = os.preadv(self._sources.fds[layer], [into[filled:]], start + filled)
            except OSError as error:
                raise ChainError(
                    self._sources.replica.layers[layer].path,
                    expected=f"to read {len(into):,} bytes at {start:,}",
                    found=error.strerror or str(error),
                    helps="Use another replica of this volume, or copy this folder with ddrescue first",
                ) from error
            if not count:  # below the end of the file
                into[filled:] = bytes(len(into) - filled)
                return
            filled += count

    def _flush(self) -> None:
        written = 0
        while written < self._filled:
            written += os.pwrite(self._target, self._buffer[written : self._filled], self._start + written)
        self._filled = 0
