"""One connection to a machine: a root shell at the other end, which runs one command after the other."""

import contextlib
import dataclasses
import os
import secrets
import selectors
import shlex
import subprocess
import time
from collections.abc import Sequence
from typing import IO

from hosts.worker.errors import UnreachableError

_CHUNK = 65536
_LAST_BYTES = 4000
_END_SECONDS = 2
ROOT_SHELL = "sh -c 'if [ \"$(id -u)\" = 0 ]; then exec sh; else exec sudo -n -H sh; fi'"
"""Leads from a login shell of any kind to the one that a session needs."""
_SETTLED = "export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; umask 022; cd /\n"
_LOCK = "/run/lock/factory"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finished:
    """What a command did."""

    code: int
    out: bytes
    err: bytes


class Session:
    """A root shell on a machine; commands share the connection, and each costs no more than a process there."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start *command*, which leads to a root shell; the first `run` tells whether it came about."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            # Ctrl-C is for who started us, who then lets the operation under way come to its end.
            start_new_session=True,
        )  # fmt: skip
        self._out, self._err = bytearray(), bytearray()
        self._arriving = selectors.DefaultSelector()
        self._arriving.register(_pipe(self._process.stdout), selectors.EVENT_READ, self._out)
        self._arriving.register(_pipe(self._process.stderr), selectors.EVENT_READ, self._err)
        self._settled = False

    @property
    def open(self) -> bool:
        """Tell whether the connection stands, as far as is known."""
        return self._process.poll() is None and len(self._arriving.get_map()) > 1

    def run(self, command: str, *, stdin: str | None = None, timeout: float | None = None) -> Finished:
        """Run *command* as root in a subshell; its standard input is empty unless it is given.

        Raises:
            UnreachableError: the connection broke; carries the last words of ssh or sudo.
            TimeoutError: it took longer than *timeout* seconds; the connection is closed, the command may go on.

        """
        mark = secrets.token_hex(16)
        deadline = None if timeout is None else time.monotonic() + timeout
        self._send(_script(command, mark=mark, stdin=stdin))
        err = self._until(f"\n{mark}\n", self._err, deadline=deadline)
        out = self._until(f"\n{mark} ", self._out, deadline=deadline)
        return Finished(code=int(self._until("\n", self._out, deadline=deadline)), out=out, err=err)

    def claim(self, *, seconds: int) -> bool:
        """Hold the machine against other sessions until this one ends; False when another one does not let go."""
        mark = secrets.token_hex(16)
        # In the shell itself, not below it: what holds the lock must live as long as the session.
        self._send(f"exec 9>{_LOCK}; flock -w {seconds} 9; {_marks(mark)}")
        self._until(f"\n{mark}\n", self._err, deadline=None)
        self._until(f"\n{mark} ", self._out, deadline=None)
        return int(self._until("\n", self._out, deadline=None)) == 0

    def close(self) -> None:
        """End the connection."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._arriving.close()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                _pipe(stream).close()

    def _send(self, script: str) -> None:
        data = memoryview((script if self._settled else _SETTLED + script).encode())
        self._settled = True
        try:
            while data:
                data = data[os.write(_pipe(self._process.stdin).fileno(), data) :]
        except OSError as error:
            self._broken(error)

    def _until(self, end: str, buffer: bytearray, *, deadline: float | None) -> bytes:
        """Return what arrives before *end*, and forget both."""
        wanted, start = end.encode(), 0
        while (found := buffer.find(wanted, start)) < 0:
            start = max(0, len(buffer) - len(wanted))
            self._receive(deadline)
        taken = bytes(buffer[:found])
        del buffer[: found + len(wanted)]
        return taken

    def _receive(self, deadline: float | None) -> None:
        """Take what arrives next; an output that ended is the end of the connection."""
        ready = self._arriving.select(None if deadline is None else max(0.0, deadline - time.monotonic()))
        if not ready:
            self.close()
            raise TimeoutError
        for key, _ in ready:
            data = os.read(key.fd, _CHUNK)
            if not data:
                self._broken(None)
            key.data.extend(data)

    def _broken(self, error: OSError | None) -> None:
        """Say that the connection broke, with all that was said of it."""
        stream = _pipe(self._process.stderr)
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            self._process.wait(_END_SECONDS)
            self._err.extend(stream.read() or b"")
        raise UnreachableError(self._err[-_LAST_BYTES:].decode(errors="replace")) from error


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("expected a pipe")
    return stream


def _script(command: str, *, mark: str, stdin: str | None) -> str:
    """Return what the shell reads: the command in a subshell without the lock, then marks on both outputs."""
    body = f"( eval {shlex.quote(command)} ) 9>&-"
    if stdin is None:
        return f"{body} </dev/null; {_marks(mark)}"
    text = stdin if stdin.endswith("\n") else f"{stdin}\n"
    return f"{body} <<'{mark}'; {_marks(mark)}{text}{mark}\n"


def _marks(mark: str) -> str:
    return f"printf '\\n{mark} %d\\n' $?; printf '\\n{mark}\\n' >&2\n"
