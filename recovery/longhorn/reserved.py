"""Which parts of a file are taken on the disk, and which of them were never written."""

import errno
import fcntl
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

_FIEMAP: Final = 0xC020660B
_HEAD: Final = struct.Struct("=QQIIII")
_EXTENT: Final = struct.Struct("=QQQQQIIII")
_AT_ONCE: Final = 1024
_WRITE_FIRST: Final = 0x1
_LAST: Final = 0x1
_UNWRITTEN: Final = 0x800


class Mapped(NamedTuple):
    """Extents that the file system told in one call: three lists of one length."""

    starts: list[int]
    """First byte of each."""

    lengths: list[int]
    """Bytes of each."""

    flags: list[int]
    """What else is known of each."""


def mapped(fd: int, start: int, end: int) -> Iterator[Mapped]:
    """Return the extents that are taken on the disk, written or not; the first and last may reach out of the range."""
    while start < end:
        buffer = _map(fd, start, end)
        if buffer is None:
            return
        count = _HEAD.unpack_from(buffer)[3]
        if not count:
            return
        # Taken out of the array column by column: a loop over the extents would take longer than the call.
        told = memoryview(buffer)[_HEAD.size : _HEAD.size + count * _EXTENT.size]
        numbers, halves = told.cast("Q"), told.cast("I")
        found = Mapped(numbers[0::7].tolist(), numbers[2::7].tolist(), halves[10::14].tolist())
        yield found
        if found.flags[-1] & _LAST or count < _AT_ONCE:
            return
        start = found.starts[-1] + found.lengths[-1]


def reserved(fd: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the extents that are taken on the disk but were never written, which SEEK_DATA calls holes.

    Longhorn asks FIEMAP, which does not: to it they are blocks of zeros that hide the layers below. A disk's write
    that a power cut left unfinished can be one.
    """
    for found in mapped(fd, start, end):
        for low, length, flags in zip(*found, strict=True):
            if flags & _UNWRITTEN:
                yield max(low, start), min(low + length, end)


def has_map(fd: int) -> bool:
    """Return whether the file system tells its extents at all."""
    return _map(fd, 0, 1) is not None


def _map(fd: int, start: int, end: int) -> bytearray | None:
    buffer = bytearray(_HEAD.size + _AT_ONCE * _EXTENT.size)
    _HEAD.pack_into(buffer, 0, start, end - start, _WRITE_FIRST, 0, _AT_ONCE, 0)
    try:
        fcntl.ioctl(fd, _FIEMAP, buffer)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL):
            return None
        raise
    return buffer
