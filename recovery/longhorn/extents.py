"""The extents of one layer, in blocks, told in order."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from recovery.longhorn.allocated import allocated
from recovery.longhorn.replica import BLOCK
from recovery.longhorn.reserved import mapped


class Blocks(NamedTuple):
    """Neighbouring blocks: two lists of one length, both in order."""

    lows: list[int]
    """First block of each."""

    highs: list[int]
    """First block after each."""


class Extents:
    """What an open file has between two places; an extent that takes a part of a block takes all of it."""

    def __init__(self, fd: int, start: int, end: int, *, has_map: bool) -> None:
        """Ask for what lies between *start*, a multiple of 4,096, and *end*."""
        self._more: Final = _mapped(fd, start, end) if has_map else _allocated(fd, start, end)
        self._lows: list[int] = []
        self._highs: list[int] = []

    def before(self, stop: int) -> Blocks:
        """Return what lies before the block *stop* and was not told yet."""
        while not self._lows or self._lows[-1] < stop:
            found = next(self._more, None)
            if found is None:
                break
            self._lows += found.lows
            self._highs += found.highs
        count = bisect_left(self._lows, stop)
        told = Blocks(self._lows[:count], self._highs[:count])
        del self._lows[:count], self._highs[:count]
        if told.highs and told.highs[-1] > stop:
            self._lows.insert(0, stop)
            self._highs.insert(0, told.highs[-1])
            told.highs[-1] = stop
        return told


def _mapped(fd: int, start: int, end: int) -> Iterator[Blocks]:
    for starts, lengths, _ in mapped(fd, start, end):
        lows = [low // BLOCK for low in starts]
        lows[0] = max(lows[0], start // BLOCK)
        yield Blocks(lows, [-(-(low + length) // BLOCK) for low, length in zip(starts, lengths, strict=True)])


def _allocated(fd: int, start: int, end: int) -> Iterator[Blocks]:
    for low, high in allocated(fd, start, end):
        yield Blocks([low // BLOCK], [-(-high // BLOCK)])
