"""The worker as the provider keeps it: many requests at a time, its end told to each."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping

import pytest

from provider.factory_error import FactoryError
from provider.hosts.worker_process import Answer, WorkerProcess

WORKER = (sys.executable, "-m", "tests.hosts.demo_worker")
CHECK: Mapping[str, object] = {
    "do": "check", "machine": {"name": "pi1", "address": "192.0.2.1"}, "layer": "demo", "settings": {"text": "a"},
    "given": ["password"],
}  # fmt: skip
DIES = (sys.executable, "-c", "import sys; sys.stderr.write('no memory'); sys.stdin.readline(); sys.exit(7)")


def nobody(text: str) -> None:
    """Take progress."""


def test_many_requests_at_a_time() -> None:
    """Requests sent together are each answered with their own answer, by one process."""

    async def run() -> list[Answer]:
        worker = WorkerProcess(WORKER)
        wrong = {**CHECK, "layer": "dmo"}
        answers = await asyncio.gather(*(worker.ask(one, tell=nobody) for one in [CHECK, wrong] * 10))
        await worker.end()
        return answers

    answers = asyncio.run(run())
    assert [bool(answer["faults"]) for answer in answers] == [False, True] * 10


def test_what_is_no_request_is_an_error() -> None:
    """A request that the worker cannot read is answered with what is wrong, and the next one is served."""

    async def run() -> None:
        worker = WorkerProcess(WORKER)
        with pytest.raises(FactoryError, match=r"no request: request\.check\.layer"):
            await worker.ask({**CHECK, "layer": 5}, tell=nobody)
        assert (await worker.ask(CHECK, tell=nobody))["faults"] == []
        await worker.end()

    asyncio.run(run())


def test_end_of_the_worker_is_told() -> None:
    """A worker that ends is an error with its last words, not a wait without end."""

    async def run() -> None:
        with pytest.raises(FactoryError, match=r"the worker ended with 7(.|\n)*no memory"):
            await asyncio.wait_for(WorkerProcess(DIES).ask(CHECK, tell=nobody), timeout=20)

    asyncio.run(run())


def test_next_request_starts_another_worker() -> None:
    """After a crash the next request is served again."""

    async def run() -> None:
        worker = WorkerProcess(WORKER)
        await worker.ask(CHECK, tell=nobody)
        os.kill(worker.process_id, signal.SIGKILL)
        await asyncio.sleep(0.5)
        assert (await worker.ask(CHECK, tell=nobody))["faults"] == []
        await worker.end()

    asyncio.run(run())
