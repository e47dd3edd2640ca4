"""One side of a rehearsal in a process of its own, seen from the process that began it."""

import contextlib
import multiprocessing
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from rehearsal.bring_up import CHECKOUT, Wishes
from rehearsal.outcome import Outcome
from rehearsal.servers.server_process import ServerError
from rehearsal.show import Show

Side = Callable[[Path, Wishes, Show], Outcome]
CLEANING_SECONDS = 60.0
"""How long an interrupted side may take to clear its machines away."""


class SideProcess:
    """A side that runs while the `with` lasts.

    A process and no thread: an interruption is an exception there too, so that it clears away what it made, and what it
    does to its network is nobody else's.
    """

    def __init__(self, side: Side, *, folder: Path, wishes: Wishes, show: Show) -> None:
        """Describe *side*, a function that is found by its name; *show* tells of it."""
        self._job = pickle.dumps((side, folder, wishes))
        self._show = show
        self._receiving, self._sending = multiprocessing.Pipe(duplex=False)
        self._beside = ThreadPoolExecutor(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._following: Future[Outcome] | None = None

    def __enter__(self) -> Self:
        """Begin it."""
        end = self._sending.fileno()
        command = [sys.executable, "-P", "-c", "from rehearsal.run_side import run_side; run_side()", str(end)]
        self._process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, pass_fds=[end])
        self._sending.close()
        # One that ended before it read its job is told of by `outcome`.
        with contextlib.suppress(BrokenPipeError), self._process.stdin or contextlib.nullcontext() as job:
            if job is not None:
                job.write(self._job)
        self._following = self._beside.submit(self._follow)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ask it to end, where it has not, and wait until it cleared away what it made."""
        if self._process is not None:
            if kind is not None:
                self._process.terminate()
            try:
                self._process.wait(CLEANING_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._beside.shutdown()
        self._receiving.close()

    def outcome(self) -> Outcome:
        """Return what it found, or raise what ended it."""
        if self._following is None:
            raise ServerError("expected a side that was begun")
        return self._following.result()

    def _follow(self) -> Outcome:
        """Show what it tells, to its end."""
        while True:
            try:
                told = self._receiving.recv()
            except EOFError:
                raise ServerError("expected this side to tell what it found, its process ended") from None
            if isinstance(told, Outcome):
                return told
            if isinstance(told, Exception):
                raise told
            method, words, named = told
            getattr(self._show, method)(*words, **named)
