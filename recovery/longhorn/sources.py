"""The layers of a replica, opened for reading and for nothing else."""

import contextlib
import os
from array import array
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

from recovery.longhorn.allocated import allocated
from recovery.longhorn.extents import Extents
from recovery.longhorn.fault import ChainError
from recovery.longhorn.overlay import Runs, overlay
from recovery.longhorn.replica import BLOCK, Layer, Replica
from recovery.longhorn.reserved import has_map, reserved

_WINDOW: Final = 16384 * BLOCK
"""The volume is looked at in pieces of this length, so that memory does not grow with it."""
_MOST_REMEMBERED: Final = 1 << 20
"""Runs, of 17 bytes each; where there are more, the layers are asked twice."""


class Sources:
    """What the blocks of the volume come from."""

    def __init__(self, replica: Replica) -> None:
        """Remember the replica; files are opened on entering."""
        self.replica: Final = replica
        self.fds: Final[list[int]] = []
        self._with_reserved: Final[set[int]] = set()
        self._with_map: Final[set[int]] = set()
        self._remembered: _Remembered | None = None

    def __enter__(self) -> Self:
        """Open every layer."""
        try:
            for number, layer in enumerate(self.replica.layers):
                self.fds.append(_open(layer))
                if has_map(self.fds[number]):
                    self._with_map.add(number)
                if next(reserved(self.fds[number], 0, layer.size), None):
                    self._with_reserved.add(number)
                _refuse_hidden_holes(layer, self.fds[number])
            self.refuse_changed()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every layer."""
        self._close()

    @property
    def layers_with_reserved(self) -> list[Layer]:
        """Layers with blocks that were reserved and never written."""
        return [self.replica.layers[number] for number in sorted(self._with_reserved)]

    def windows(self, start: int) -> Iterator[tuple[int, Runs]]:
        """Return the runs from *start* on, a multiple of the block, by window: its end and what lies in it."""
        if self._remembered is not None and self._remembered.start == start:
            yield from self._remembered.windows()
            return
        size = self.replica.size
        layers = [Extents(fd, start, size, has_map=number in self._with_map) for number, fd in enumerate(self.fds)]
        while start < size:
            end = min(start + _WINDOW, size)
            yield end, overlay(start, end, [layer.before(-(-end // BLOCK)) for layer in layers])
            start = end

    def data_from(self, start: int) -> int:
        """Return how many bytes lie in the runs from *start* on, and remember those as far as memory allows."""
        found, total = _Remembered(start), 0
        for end, runs in self.windows(start):
            total += runs.length
            found.add(end, runs)
        self._remembered = None if found.is_full else found
        return total

    @property
    def are_changed(self) -> bool:
        """A layer is not what it was when the chain was read."""
        return self._changed() is not None

    def refuse_changed(self) -> None:
        """Raise ChainError when a layer is not what it was when the chain was read."""
        if layer := self._changed():
            helps = "Detach the volume, or stop Longhorn on this machine, then start again"
            raise ChainError(layer.path, expected="a layer that nobody writes to", found="a change", helps=helps)

    def _changed(self) -> Layer | None:
        for layer, fd in zip(self.replica.layers, self.fds, strict=True):
            status = os.fstat(fd)
            if (status.st_size, status.st_mtime_ns) != (layer.size, layer.changed):
                return layer
        return None

    def _close(self) -> None:
        while self.fds:
            os.close(self.fds.pop())


class _Remembered:
    """Runs that were found once, in little memory."""

    def __init__(self, start: int) -> None:
        self.start: Final = start
        self._starts: Final = array("Q")
        self._ends: Final = array("Q")
        self._layers: Final = array("B")
        self._windows: Final[list[tuple[int, int]]] = []

    @property
    def is_full(self) -> bool:
        """There were more than are remembered."""
        return len(self._starts) > _MOST_REMEMBERED

    def add(self, end: int, runs: Runs) -> None:
        """Remember the runs of the window up to *end*."""
        if not self.is_full:
            self._starts.extend(runs.starts)
            self._ends.extend(runs.ends)
            self._layers.extend(runs.layers)
            self._windows.append((end, len(self._starts)))

    def windows(self) -> Iterator[tuple[int, Runs]]:
        """Return them by window."""
        first = 0
        for end, last in self._windows:
            part = slice(first, last)
            yield end, Runs(starts=self._starts[part], ends=self._ends[part], layers=self._layers[part])
            first = last


def _refuse_hidden_holes(layer: Layer, fd: int) -> None:
    """Raise ChainError where holes would be taken for zeros, which hide the layers below."""
    if has_map(fd) or layer.allocated >= layer.size:
        return
    if [*allocated(fd, 0, layer.size)] == [(0, layer.size)]:
        raise ChainError(
            layer.path,
            expected=f"holes, since {layer.size:,} bytes take {layer.allocated:,}",
            found="a file system that does not tell them, for example NFS",
            helps="Merge on the machine that has the disk",
        )


def _open(layer: Layer) -> int:
    flags = os.O_RDONLY | os.O_CLOEXEC
    try:
        with contextlib.suppress(PermissionError):  # the owner alone may leave the time of access as it is
            return os.open(layer.path, flags | os.O_NOATIME)
        return os.open(layer.path, flags)
    except OSError as error:
        raise ChainError(layer.path, expected="a readable file", found=error.strerror or str(error)) from error
