"""The worker as this provider sees it: one process, started when it is first needed, asked many things at a time."""

import asyncio
import collections
import itertools
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from provider.factory_error import FactoryError
from provider.guard import production_is_meant, read_production

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "hosts.worker")
_LAST_LINES = 20
_LONGEST_LINE = 64 * 1024 * 1024

Answer = Mapping[str, JsonValue]
Tell = Callable[[str], None]
"""Takes one line of progress."""


class WorkerProcess:
    """The process, its open requests, and its last words."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Start nothing yet."""
        self._command = command
        self._starting = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[asyncio.Future[Answer], Tell]] = {}
        self._last_lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
        self._readers: list[asyncio.Task[None]] = []

    @property
    def process_id(self) -> int:
        """Number of the process; 0 while there is none."""
        return 0 if self._process is None else self._process.pid

    async def ask(self, request: Mapping[str, object], *, tell: Tell) -> Answer:
        """Return the answer to *request*.

        Raises:
            FactoryError: the worker refused or failed, or it ended.

        """
        process = await self._running()
        return await self._sent(process, request, tell=tell)

    async def stop(self) -> None:
        """Have every request stopped after the operation that it is at."""
        if self._process is not None and self._process.returncode is None:
            await self._sent(self._process, {"do": "cancel"}, tell=_nobody)

    async def end(self) -> None:
        """End the process, after the operations under way."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()
            await asyncio.gather(*self._readers)

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await self._started()
        return self._process

    async def _started(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, limit=_LONGEST_LINE,
            stdin=pipe, stdout=pipe, stderr=pipe,
            # What ends the provider at once must not end an operation on a machine halfway: the worker sees its input
            # end, and stops after it.
            start_new_session=True,
        )  # fmt: skip
        self._readers = [
            asyncio.create_task(self._take_answers(process)),
            asyncio.create_task(self._keep_lines(process)),
        ]
        production = read_production()
        await self._sent(process, {
            "do": "configure",
            "target": "production" if production_is_meant(os.environ) else "rehearsal",
            "production": {
                "addresses": [str(address) for address in production.addresses], "names": list(production.names)
            },
        }, tell=_nobody)  # fmt: skip
        return process

    async def _sent(self, process: asyncio.subprocess.Process, request: Mapping[str, object], *, tell: Tell) -> Answer:
        number = next(self._numbers)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open[number] = future, tell
        try:
            if process.stdin is None:
                raise FactoryError("the worker has no input")
            process.stdin.write((json.dumps({"id": number, "request": request}) + "\n").encode())
            await process.stdin.drain()
            return await future
        except (BrokenPipeError, ConnectionResetError) as error:
            raise FactoryError(self._ended(process)) from error
        finally:
            del self._open[number]

    async def _take_answers(self, process: asyncio.subprocess.Process) -> None:
        while process.stdout is not None and (line := await process.stdout.readline()):
            message = json.loads(line)
            future, tell = self._open.get(message["id"], (None, _nobody))
            if "tell" in message:
                tell(str(message["tell"]))
            elif future is None or future.done():
                self._last_lines.append(line.decode(errors="replace").strip())
            elif "error" in message:
                future.set_exception(FactoryError(str(message["error"])))
            else:
                future.set_result(message["answer"])
        await process.wait()
        for future, _ in self._open.values():
            if not future.done():
                future.set_exception(FactoryError(self._ended(process)))

    async def _keep_lines(self, process: asyncio.subprocess.Process) -> None:
        while process.stderr is not None and (line := await process.stderr.readline()):
            self._last_lines.append(line.decode(errors="replace").rstrip())

    def _ended(self, process: asyncio.subprocess.Process) -> str:
        said = "\n".join(self._last_lines) or "it printed nothing"
        return f"the worker ended with {process.returncode}; what it did last is not known. Its last output:\n{said}"


def _nobody(text: str) -> None:
    """Take progress that nobody reads."""
