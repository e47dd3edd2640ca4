"""The worker as a process, spoken to in lines."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = {"addresses": ["192.168.1.201"], "names": ["*.arcodange.lab"]}


def address_of(machine: Machine, **changed: object) -> dict[str, object]:
    """Return how the worker reaches *machine*."""
    return {
        "name": machine.name, "address": machine.address, "user": machine.user, "identity": str(machine.key),
        "host_key": machine.host_key, **changed,
    }  # fmt: skip


class WorkerProcess:
    """A worker, for as long as the `with` lasts."""

    def __init__(self, lab: Machines | None = None, *, target: str = "rehearsal", production: object = None) -> None:
        """Start it in the network of *lab*, for *target*."""
        command = [sys.executable, "-m", "tests.hosts.demo_worker"]
        self._process = subprocess.Popen(
            command if lab is None else lab.command(command),
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._number = 0
        self.told: list[str] = []
        self._answers: dict[int, dict[str, Any]] = {}
        self.ask({"do": "configure", "target": target, "production": production or PRODUCTION})

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End its input and wait for its end."""
        self.end()

    def end(self) -> int:
        """End its input and return its exit code."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        return self._process.wait(30)

    def send(self, request: Mapping[str, object]) -> int:
        """Send *request* and return its number."""
        if self._process.stdin is None:
            raise RuntimeError("expected a pipe")
        self._number += 1
        self._process.stdin.write(json.dumps({"id": self._number, "request": request}) + "\n")
        self._process.stdin.flush()
        return self._number

    def receive(self) -> dict[str, Any]:
        """Return the next line, and keep what it says."""
        if self._process.stdout is None:
            raise RuntimeError("expected a pipe")
        line = self._process.stdout.readline()
        if not line:
            raise EOFError(f"the worker ended with {self.end()}")
        message: dict[str, Any] = json.loads(line)
        if "tell" in message:
            self.told.append(message["tell"])
        else:
            self._answers[message["id"]] = message
        return message

    def answer(self, number: int) -> dict[str, Any]:
        """Return the answer with that number, or the error."""
        while number not in self._answers:
            # A line that is no request is answered under the number 0.
            if self.receive()["id"] == 0:
                return self._answers.pop(0)
        return self._answers.pop(number)

    def ask(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Send *request* and return what it is answered with; an error fails."""
        message = self.answer(self.send(request))
        assert "error" not in message, message["error"]
        answer: dict[str, Any] = message["answer"]
        return answer

    def refused(self, request: Mapping[str, object]) -> str:
        """Send *request* and return the error."""
        message = self.answer(self.send(request))
        assert "error" in message, message
        return str(message["error"])


def work(do: str, machine: Mapping[str, object], layer: str = "demo", **parts: object) -> dict[str, object]:
    """Return a request that concerns a layer on a machine."""
    settings: object = parts.get("settings", {"text": "hello"} if layer == "demo" else {})
    given: object = parts.get(
        "given", {"password": "word-of-the-demo"} if layer in {"demo", "failing", "broken"} else {}
    )
    return {"do": do, "machine": machine, "layer": layer, "settings": settings, "given": given}


def numbers(words: Sequence[str]) -> list[int]:
    """Return the numbers at the start of *words*."""
    return [int(word.partition("/")[0]) for word in words if word[0].isdigit()]
