"""Which parts of a file are taken on the disk, and which of them were never written."""

import errno
import fcntl
import struct
from collections.abc import Iterator
from typing import Final

_FIEMAP: Final = 0xC020660B
_HEAD: Final = struct.Struct("=QQIIII")
_EXTENT: Final = struct.Struct("=QQQQQIIII")
_AT_ONCE: Final = 512
_WRITE_FIRST: Final = 0x1
_LAST: Final = 0x1
_UNWRITTEN: Final = 0x800


def mapped(fd: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the extents that are taken on the disk, written or not: many at a time, unlike SEEK_DATA."""
    for low, high, _ in _extents(fd, start, end):
        yield low, high


def reserved(fd: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the extents that are taken on the disk but were never written, which SEEK_DATA calls holes.

    Longhorn asks FIEMAP, which does not: to it they are blocks of zeros that hide the layers below. A disk's write
    that a power cut left unfinished can be one.
    """
    for low, high, flags in _extents(fd, start, end):
        if flags & _UNWRITTEN:
            yield low, high


def _extents(fd: int, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    position = start
    while position < end:
        buffer = _map(fd, position, end)
        if buffer is None:
            return
        count = _HEAD.unpack_from(buffer)[3]
        told = memoryview(buffer)[_HEAD.size : _HEAD.size + count * _EXTENT.size]
        for logical, _, length, _, _, flags, _, _, _ in _EXTENT.iter_unpack(told):
            position = logical + length
            if logical < end:
                yield max(logical, start), min(position, end), flags
            if flags & _LAST:
                return
        if count < _AT_ONCE:
            return


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
