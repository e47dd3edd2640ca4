"""What is done with one layer on one machine: asked, applied, taken away."""

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping

from pydantic import JsonValue
from pyinfra.api.exceptions import PyinfraError

from hosts.layer import Given
from hosts.layers.order import AnyLayer
from hosts.model import Model
from hosts.worker.asking import Asked, Declare, ask
from hosts.worker.connection import Connection
from hosts.worker.connector import Answers
from hosts.worker.errors import UnreachableError, WorkerError
from hosts.worker.masked import masked
from hosts.worker.running import Tell, run


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a machine is, and what was done to it."""

    pending: tuple[str, ...]
    """Operations that would change something."""
    differences: Mapping[str, str]
    """Path → what would change in the file."""
    gives: Mapping[str, str]
    """What the layer gives to others, as far as it may be shown."""
    secrets: Mapping[str, str]
    """What it gives to others and must not be shown."""
    done: tuple[str, ...] = ()
    """Operations that changed something."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class LayerWork:
    """One layer on one machine, with what it is given."""

    connection: Connection
    layer: AnyLayer
    settings: Mapping[str, JsonValue]
    given: Given
    tell: Tell
    cancelled: Callable[[], bool]

    def read(self) -> Outcome:
        """Ask what would change, and for what the layer gives; of that a part may be missing while it is pending."""
        answers: Answers = {}
        asked = self._ask(answers)
        return self._outcome(asked, self._gives(answers, complete=not asked.pending))

    def apply(self) -> Outcome:
        """Change what is to be changed, then ask again; still something to change is a failure."""
        answers: Answers = {}
        asked = self._ask(answers)
        done: tuple[str, ...] = ()
        if asked.pending:
            done = self._run(self._declare, answers)
            answers = {}
            asked = self._ask(answers)
        if asked.pending:
            left = "; ".join([*asked.pending, *asked.differences.values()])
            raise WorkerError(self._masked(f"{self._place}: applied, and still it would change: {left}"))
        return self._outcome(asked, self._gives(answers, complete=True), done=done)

    def remove(self) -> Outcome:
        """Take the layer away."""
        remove = self.layer.remove
        done = () if remove is None else self._run(lambda: remove(self._model), {})
        return self._outcome(Asked(pending=(), differences={}), {}, done=done)

    @property
    def _place(self) -> str:
        machine = self.connection.machine
        return f"{machine.name} ({machine.address}), layer {self.layer.name}"

    @property
    def _model(self) -> Model:
        # Sorted, for the engines' protocol keeps no order of keys: a text made of them must not depend on the day.
        model: Model = self.layer.settings.model_validate_json(json.dumps(self.settings, sort_keys=True))
        return model

    def _declare(self) -> None:
        self.layer.deploy(self._model, self.given)

    def _ask(self, answers: Answers) -> Asked:
        self.tell("asking")
        with self._named_faults():
            return ask(self.connection, self._declare, answers=answers)

    def _run(self, declare: Declare, answers: Answers) -> tuple[str, ...]:
        with self._named_faults():
            return run(self.connection, declare, answers=answers, tell=self.tell, cancelled=self.cancelled)

    def _gives(self, answers: Answers, *, complete: bool) -> Mapping[str, str]:
        read_given = self.layer.read_given
        if read_given is None:
            return {}
        found: dict[str, str] = {}
        with self._named_faults():
            ask(self.connection, lambda: found.update(read_given(self._model)), answers=answers)
        missing = self.layer.gives.keys() - found.keys() if complete else set()
        if extra := found.keys() - self.layer.gives.keys() | missing:
            raise WorkerError(f"{self._place}: gives {sorted(found)}, its declaration differs in {sorted(extra)}")
        return found

    @contextlib.contextmanager
    def _named_faults(self) -> Iterator[None]:
        """Say where a fault happened, and take what is secret out of its text."""
        try:
            yield
        except UnreachableError:
            raise
        except WorkerError as error:
            raise type(error)(self._masked(f"{self._place}: {error}")) from None
        except TimeoutError:
            raise WorkerError(f"{self._place}: a command took longer than it may; it may still be running") from None
        except PyinfraError as error:
            raise WorkerError(self._masked(f"{self._place}: {error}")) from None
        except Exception as error:  # noqa: BLE001 - a layer's own fault: its text too may repeat what it was given
            raise WorkerError(self._masked(f"{self._place}: {type(error).__name__}: {error}")) from None

    def _outcome(self, asked: Asked, gives: Mapping[str, str], *, done: tuple[str, ...] = ()) -> Outcome:
        secret = {name for name, value in self.layer.gives.items() if value.secret}
        return Outcome(
            pending=tuple(map(self._masked, asked.pending)),
            differences={path: self._masked(text) for path, text in asked.differences.items()},
            gives={name: value for name, value in gives.items() if name not in secret},
            secrets={name: value for name, value in gives.items() if name in secret},
            done=tuple(map(self._masked, done)),
        )

    def _masked(self, text: str) -> str:
        return masked(text, (self.given[name] for name, value in self.layer.given.items() if value.secret))
