"""Lay extents over each other: for each block, the highest layer that has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from recovery.longhorn.extents import Blocks
from recovery.longhorn.replica import BLOCK


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Neighbouring bytes that come from one layer, in order; three sequences of one length, which is quick."""

    starts: Sequence[int]
    """First byte of each, the same in the layer and in the result."""

    ends: Sequence[int]
    """First byte after each."""

    layers: Sequence[int]
    """Number of the layer of each, the lowest being 0."""

    @property
    def length(self) -> int:
        """Bytes in all of them."""
        return sum(self.ends) - sum(self.starts)


def overlay(start: int, end: int, layers: Sequence[Blocks]) -> Runs:
    """Return the runs between *start*, a multiple of 4,096, and *end*, given what each layer has, lowest first."""
    first = start // BLOCK
    owners = bytearray(-(-(end - start) // BLOCK))
    edges: set[int] = set()
    for number, (lows, highs) in enumerate(layers, start=1):
        edges.update(lows, highs)
        mark = bytes([number])
        for low, high in zip(lows, highs, strict=True):
            owners[low - first : high - first] = mark * (high - low)
    starts: list[int] = []
    ends: list[int] = []
    owned: list[int] = []
    before = 0
    last = -1
    for low, high in pairwise(sorted(edges)):
        owner = owners[low - first]
        if not owner:
            continue
        if owner == before and low == last:
            ends[-1] = high * BLOCK
        else:
            starts.append(low * BLOCK)
            ends.append(high * BLOCK)
            owned.append(owner - 1)
        before, last = owner, high
    if ends:
        ends[-1] = min(ends[-1], end)
    return Runs(starts=starts, ends=ends, layers=owned)
