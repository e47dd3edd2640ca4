"""The machine that these tests work on."""

import dataclasses
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from hosts.layer import Given, Layer
from hosts.layers.order import AnyLayer
from hosts.model import Model
from hosts.worker.layer_work import Outcome
from rehearsal.machines.machine import Machine
from rehearsal.machines.machines import Machines
from tests.hosts.on_machine import on_machine

Settings = Mapping[str, JsonValue]


class Nothing(Model):
    """No settings."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TriedMachine:
    """One machine of a lab."""

    lab: Machines
    machine: Machine

    def run(self, command: str) -> str:
        """Run *command* as root, by another way than the one that is tested, and return what it said."""
        return self.machine.run("sudo sh -s", given=command).stdout

    def read(self, layer: AnyLayer, settings: Settings, given: Given | None = None) -> Outcome:
        """Ask what the layer would change."""
        with on_machine(self.lab, self.machine, layer, settings=settings, given=given) as work:
            return work.read()

    def apply(self, layer: AnyLayer, settings: Settings, given: Given | None = None) -> Outcome:
        """Apply the layer; what is still pending afterwards is a failure."""
        with on_machine(self.lab, self.machine, layer, settings=settings, given=given) as work:
            return work.apply()

    def asked(self, declare: Callable[[], object]) -> Outcome:
        """Ask what the declared operations would change."""
        return self.read(_layer(declare), {})

    def done(self, declare: Callable[[], object]) -> tuple[str, ...]:
        """Run the declared operations and return the names of those that changed something."""
        return self.apply(_layer(declare), {}).done


def _layer(declare: Callable[[], object]) -> Layer[Nothing]:
    def deploy(settings: Nothing, given: Given) -> None:
        del settings, given
        declare()

    return Layer(name="tried", settings=Nothing, deploy=deploy)
