"""What all doubles have in common: a server on loopback, what it was asked, and the faults that it is told."""

import abc
import copy
import dataclasses
import http.server
import re
import threading
import time
from types import TracebackType
from typing import Generic, Self, TypeVar

from rehearsal.doubles.answer import Answer
from rehearsal.doubles.fault import Fault
from rehearsal.doubles.fault_list import FaultList
from rehearsal.doubles.handler import handler_for
from rehearsal.doubles.refused_error import RefusedError
from rehearsal.doubles.request import Request

HOST = "127.0.0.1"
TOO_MANY = 429
POLL_SECONDS = 0.05

State = TypeVar("State")


class ApiDouble(abc.ABC, Generic[State]):
    """An API for as long as the `with` lasts, with all that it knows in `state`."""

    def __init__(self, state: State) -> None:
        """Begin with *state*, which must bear to be copied deeply."""
        self.state = state
        self.requests: list[Request] = []
        self._faults = FaultList()
        self._stale: tuple[Fault, State] | None = None
        self._broken: list[Exception] = []
        self._lock = threading.Lock()

    @abc.abstractmethod
    def answer(self, request: Request, state: State) -> Answer:
        """Do what *request* asks for, with *state*, which is an old copy for a stale read.

        Raises:
            RefusedError: the request is refused.

        """

    def __enter__(self) -> Self:
        """Listen."""
        self._server = http.server.ThreadingHTTPServer((HOST, 0), handler_for(self.exchange))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and tell when the double itself was at fault."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if self._broken and error is None:
            raise self._broken[0]

    @property
    def origin(self) -> str:
        """Where it listens, without a path."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def address(self) -> str:
        """Where the API begins."""
        return self.origin

    def fault(self, fault: Fault) -> None:
        """Spoil what fits *fault*, after the faults that were told before."""
        with self._lock:
            self._faults.waiting.append(fault)

    @property
    def faults(self) -> list[Fault]:
        """Return the faults that nothing came for yet."""
        with self._lock:
            return [*self._faults.waiting]

    def take_back(self) -> list[Fault]:
        """Forget the faults that nothing came for, and return them."""
        with self._lock:
            left = [*self._faults.waiting]
            self._faults.waiting.clear()
            return left

    def sent(self, method: str, path: str) -> int:
        """Count the requests whose method and whole path fit these patterns."""
        with self._lock:
            return sum(1 for one in self.requests if re.fullmatch(method, one.method) and re.fullmatch(path, one.path))

    def exchange(self, request: Request) -> Answer | None:
        """Return the answer to *request*, `None` when the line is cut."""
        with self._lock:
            self.requests.append(request)
            fault = self._faults.take(request)
            if fault is None:
                return self._done(request)
            if fault.kind == "cut before":
                return None
            if fault.kind == "too many requests":
                told = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
                return self.failure(TOO_MANY, "as told", headers=told)
            if fault.kind == "fail before":
                return self.failure(fault.status, "as told")
            if fault.stale_reads:
                self._stale = (fault, copy.deepcopy(self.state))
            answer = self._done(request)
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        if fault.kind == "fail after":
            return self.failure(fault.status, "as told")
        return None if fault.kind == "cut after" else answer

    def failure(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> Answer:
        """Return an answer that says *message*, in the form in which this API tells faults."""
        return Answer.of_json({"message": message}, status=status, headers=headers)

    def _done(self, request: Request) -> Answer:
        try:
            return self.answer(request, self._seen_by(request))
        except RefusedError as error:
            return error.answer
        except Exception as error:  # noqa: BLE001 - the double is wrong: whoever uses it is told when it ends
            self._broken.append(error)
            return self.failure(500, f"the double failed: {error!r}")

    def _seen_by(self, request: Request) -> State:
        if self._stale is None or not self._stale[0].is_read(request):
            return self.state
        fault, before = self._stale
        left = fault.stale_reads - 1
        self._stale = (dataclasses.replace(fault, reads=left), before) if left > 0 else None
        return before
