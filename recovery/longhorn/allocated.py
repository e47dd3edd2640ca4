"""Which parts of a file are written, as its file system knows it."""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from typing import Final

_FIEMAP: Final = 0xC020660B
_HEAD: Final = struct.Struct("=QQIIII")
_EXTENT: Final = struct.Struct("=QQQQQIIII")
_AT_ONCE: Final = 512
_LAST: Final = 0x1
_UNWRITTEN: Final = 0x800


def allocated(fd: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the extents with data between *start* and *end*; what lies between them is holes."""
    position = start
    while position < end:
        try:
            data = os.lseek(fd, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole up to the end of the file
                return
            raise
        if data >= end:
            return
        position = os.lseek(fd, data, os.SEEK_HOLE)
        yield data, min(position, end)


def reserved(fd: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the extents that are taken on the disk but were never written, which SEEK_DATA calls holes.

    Longhorn asks FIEMAP, which does not: to it they are blocks of zeros that hide the layers below. A disk's write
    that a power cut left unfinished can be one.
    """
    position = start
    while position < end:
        buffer = bytearray(_HEAD.size + _AT_ONCE * _EXTENT.size)
        _HEAD.pack_into(buffer, 0, position, end - position, 0, 0, _AT_ONCE, 0)
        try:
            fcntl.ioctl(fd, _FIEMAP, buffer)
        except OSError as error:
            if error.errno in (errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL):  # this file system does not tell
                return
            raise
        count = _HEAD.unpack_from(buffer)[3]
        for number in range(count):
            logical, _, length, _, _, flags, _, _, _ = _EXTENT.unpack_from(buffer, _HEAD.size + number * _EXTENT.size)
            position = logical + length
            if flags & _UNWRITTEN and logical < end:
                yield max(logical, start), min(position, end)
            if flags & _LAST:
                return
        if count < _AT_ONCE:
            return
