"""Put an image into a fresh volume."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recovery.longhorn.allocated import allocated
from recovery.longhorn.fault import RefusedError

_BUFFER: Final = 1 << 20
_ZEROS: Final = bytes(_BUFFER)


@dataclass(frozen=True, kw_only=True)
class Injected:
    """What was written."""

    target: Path
    """The device or image."""

    size: int
    """Its length in bytes."""

    written: int
    """Bytes that were written."""

    was_empty: bool
    """It held nothing but zeros before."""


def inject(
    image: Path, target: Path, *, overwrite: Path | None = None, tell: Callable[[int, int], None] | None = None
) -> Injected:
    """Write *image* to *target*, a block device or file that exists, and compare what can be read back.

    The target must hold nothing but zeros, or be named again as *overwrite*. Where both are zeros nothing is written,
    so that a thin volume stays thin.
    """
    report = tell or _silent
    source = os.open(image, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fd = _open_target(target)
        try:
            return _inject(_Pair(image, source, target, fd), overwrite=overwrite, tell=report)
        except OSError as error:
            raise RefusedError(target, expected="to write there", found=error.strerror or str(error)) from error
        finally:
            os.close(fd)
    finally:
        os.close(source)


@dataclass(frozen=True)
class _Pair:
    image: Path
    source: int
    target: Path
    fd: int


def _open_target(target: Path) -> int:
    flags = os.O_RDWR | os.O_CLOEXEC
    try:
        # On a device this is refused while it is mounted or otherwise in use.
        return os.open(target, flags | (os.O_EXCL if stat.S_ISBLK(target.stat().st_mode) else 0))
    except OSError as error:
        expected = "a volume's device, not mounted, or a file"
        raise RefusedError(target, expected=expected, found=error.strerror or str(error)) from error


def _inject(pair: _Pair, *, overwrite: Path | None, tell: Callable[[int, int], None]) -> Injected:
    size, room = os.lseek(pair.source, 0, os.SEEK_END), os.lseek(pair.fd, 0, os.SEEK_END)
    if os.path.sameopenfile(pair.source, pair.fd):
        raise RefusedError(pair.target, expected="another file than the image", found="the image itself")
    if room < size:
        raise RefusedError(pair.target, expected=f"at least {size:,} bytes", found=f"{room:,}")
    filled = _first_filled(pair.fd, room)
    if filled is not None and overwrite != pair.target:
        helps = f"If it may be overwritten, name it twice: --overwrite {pair.target}"
        found = f"data at byte {filled:,}"
        raise RefusedError(pair.target, expected="an empty volume", found=found, helps=helps)
    written = 0
    for start, end in [(0, room)] if filled is not None else allocated(pair.source, 0, size):
        for position in range(start, end, _BUFFER):
            length = min(_BUFFER, end - position)
            wanted = _read(pair.source, position, length).ljust(length, b"\0")
            if wanted != (_ZEROS[:length] if filled is None else _read(pair.fd, position, length)):
                _write(pair.fd, position, wanted)
                written += length
            tell(position + length, room)
    os.fsync(pair.fd)
    _compare(pair, size)
    return Injected(target=pair.target, size=room, written=written, was_empty=filled is None)


def _first_filled(fd: int, size: int) -> int | None:
    """Return the first piece with anything but zeros; a device has no holes and is read through."""
    for start, end in allocated(fd, 0, size):
        for position in range(start, end, _BUFFER):
            length = min(_BUFFER, end - position)
            if _read(fd, position, length) != _ZEROS[:length]:
                return position
    return None


def _compare(pair: _Pair, size: int) -> None:
    os.posix_fadvise(pair.fd, 0, 0, os.POSIX_FADV_DONTNEED)  # read from the disk, not from memory
    for start, end in allocated(pair.source, 0, size):
        for position in range(start, end, _BUFFER):
            length = min(_BUFFER, end - position)
            if _read(pair.source, position, length) != _read(pair.fd, position, length):
                found = f"other bytes at {position:,}"
                raise RefusedError(pair.target, expected="what was written", found=found, helps="Check this disk")


def _read(fd: int, start: int, length: int) -> bytes:
    parts = b""
    while len(parts) < length:
        part = os.pread(fd, length - len(parts), start + len(parts))
        if not part:
            break
        parts += part
    return parts


def _write(fd: int, start: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.pwrite(fd, content[written:], start + written)


def _silent(done: int, total: int) -> None:
    del done, total
