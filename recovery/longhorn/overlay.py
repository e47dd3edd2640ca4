"""Lay extents over each other: for each block, the highest layer that has it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from recovery.longhorn.replica import BLOCK


class Run(NamedTuple):
    """Neighbouring bytes that come from one layer."""

    start: int
    """First byte, the same in the layer and in the result."""

    end: int
    """First byte after it."""

    layer: int
    """Number of the layer, the lowest being 0."""


def overlay(start: int, end: int, layers: Sequence[Iterable[tuple[int, int]]]) -> Iterator[Run]:
    """Return the runs between *start*, a multiple of 4,096, and *end*, given the extents of each layer, lowest first.

    An extent that takes a part of a block takes all of it, as in Longhorn.
    """
    first, blocks = start // BLOCK, -(-(end - start) // BLOCK)
    owners = bytearray(blocks)
    edges = {blocks}
    for number, extents in enumerate(layers, start=1):
        mark = bytes([number])
        for begin, stop in extents:
            low = max(begin // BLOCK - first, 0)
            high = min(-(-stop // BLOCK) - first, blocks)
            if low < high:
                owners[low:high] = mark * (high - low)
                edges.add(low)
                edges.add(high)
    low = owner = 0
    for edge in sorted(edges):
        found = owners[edge] if edge < blocks else 0
        if found != owner or edge == blocks:
            if owner:
                yield Run(start + low * BLOCK, min(start + edge * BLOCK, end), owner - 1)
            low, owner = edge, found
