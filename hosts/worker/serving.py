"""Answer requests until there are no more: one machine after the other is served by a thread of its own."""

import dataclasses
import difflib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TypeAlias

from pydantic import ValidationError

from hosts.inventory import Machine
from hosts.layers.order import AnyLayer
from hosts.worker.code_digest import layer_digest
from hosts.worker.errors import WorkerError
from hosts.worker.layer_faults import layer_faults
from hosts.worker.layer_work import LayerWork
from hosts.worker.machine_facts import machine_facts
from hosts.worker.machines import Machines
from hosts.worker.production import Target
from hosts.worker.reboot import not_up, reboot
from hosts.worker.requests import (
    LINE,
    Apply,
    Cancel,
    Check,
    Configure,
    Facts,
    LayerOnMachine,
    Line,
    NotUp,
    Read,
    Reboot,
    Remove,
    Trust,
)
from hosts.worker.settings_faults import settings_faults
from hosts.worker.trust import trust

Answer: TypeAlias = Mapping[str, object]


class Serving:
    """One run of the worker."""

    def __init__(self, layers: Sequence[AnyLayer], *, output: IO[str]) -> None:
        """Know *layers*, and write answers to *output*."""
        self._layers = {layer.name: layer for layer in layers}
        self._output = output
        self._writing = threading.Lock()
        self._cancelled = threading.Event()
        self._queues: dict[str, ThreadPoolExecutor] = {}
        self._machines: Machines | None = None
        self._target: Target = "rehearsal"

    def serve(self, lines: "IO[str]") -> None:
        """Answer each of *lines*; at their end stop after the operations under way."""
        for text in lines:
            try:
                line = LINE.validate_json(text)
            except ValidationError as error:
                faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
                self._write({"id": _number(text), "error": f"no request: {'; '.join(faults)}", "kind": "fault"})
                continue
            self._take(line)
        self._cancelled.set()
        for queue in self._queues.values():
            queue.shutdown(cancel_futures=True)
        if self._machines is not None:
            self._machines.close()

    def _take(self, line: Line) -> None:
        """Answer at once, or leave it to the thread of the machine: what is asked of one machine is done in order."""
        request = line.request
        if isinstance(request, Configure):
            self._target = request.target
            self._machines = Machines(None if request.target == "production" else request.production)
            self._write({"id": line.id, "answer": {}})
        elif isinstance(request, Cancel):
            self._cancelled.set()
            self._write({"id": line.id, "answer": {}})
        elif isinstance(request, Check):
            self._answer(line.id, lambda: self._check(request))
        else:
            name = request.machine.name
            if name not in self._queues:
                self._queues[name] = ThreadPoolExecutor(1, thread_name_prefix=name)
            self._queues[name].submit(self._answer, line.id, lambda: self._on_machine(line.id, request))

    def _answer(self, number: int, work: Callable[[], Answer]) -> None:
        try:
            self._write({"id": number, "answer": work()})
        except WorkerError as error:
            self._write({"id": number, "error": str(error), "kind": type(error).__name__})
        except Exception as error:  # noqa: BLE001 - whatever a layer does wrong, the request must be answered
            self._write({"id": number, "error": f"{type(error).__name__}: {error}", "kind": "fault"})

    def _check(self, request: Check) -> Answer:
        faults = [(("host", *place), fault) for place, fault in settings_faults(Machine, request.machine)]
        layer = self._layers.get(request.layer)
        if layer is None:
            meant = difflib.get_close_matches(request.layer, self._layers, n=1)
            hint = f', did you mean "{meant[0]}"?' if meant else "."
            faults.append((("layer",), f"unknown layer{hint} Expected one of {', '.join(self._layers)}"))
            return {"faults": faults, "digest": "", "gives": []}
        faults += layer_faults(layer, request, target=self._target)
        return {
            "faults": faults, "digest": layer_digest(layer.deploy.__module__, request.settings),
            "gives": sorted(layer.gives),
        }  # fmt: skip

    def _on_machine(self, number: int, request: LayerOnMachine | Facts | Reboot | NotUp | Trust) -> Answer:
        if self._machines is None:
            raise WorkerError("expected the request `configure` first")
        if isinstance(request, Trust):
            self._machines.refuse_way(request.machine)
            return trust(request.machine, agreed=request.fingerprint)
        layer = None if isinstance(request, Facts | Reboot | NotUp) else self._layers.get(request.layer)
        if isinstance(request, Remove) and (layer is None or layer.remove is None):
            return {}
        connection = self._machines.connected(request.machine)
        if isinstance(request, Facts):
            return machine_facts(connection)
        if isinstance(request, NotUp):
            return not_up(connection)
        if isinstance(request, Reboot):
            return reboot(connection, tell=lambda text: self._write({"id": number, "tell": text}))
        if layer is None:
            raise WorkerError(f"{request.layer}: unknown layer. Expected one of {', '.join(self._layers)}")
        work = LayerWork(
            connection=connection, layer=layer, settings=request.settings,
            given=request.given, tell=lambda text: self._write({"id": number, "tell": text}),
            cancelled=self._cancelled.is_set,
        )  # fmt: skip
        actions = {Read: work.read, Apply: work.apply, Remove: work.remove}
        return dataclasses.asdict(actions[type(request)]())

    def _write(self, message: Mapping[str, object]) -> None:
        with self._writing:
            self._output.write(json.dumps(message) + "\n")
            self._output.flush()


def _number(text: str) -> int:
    """Return the number of a request that is none, as far as it has one."""
    try:
        number = json.loads(text)["id"]
    except (ValueError, KeyError, TypeError):
        return 0
    return number if isinstance(number, int) else 0
