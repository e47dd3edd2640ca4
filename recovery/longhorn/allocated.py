"""Which parts of a file are written, as its file system knows it."""

import errno
import os
from collections.abc import Iterator


def allocated(fd: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the extents with data between *start* and *end*; what lies between them is holes."""
    position = start
    while position < end:
        try:
            data = os.lseek(fd, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but a hole up to the end of the file
                return
            if error.errno != errno.EINVAL:
                raise
            yield position, end  # a device has no holes
            return
        if data >= end:
            return
        position = os.lseek(fd, data, os.SEEK_HOLE)
        yield data, min(position, end)
