"""What the worker can be asked for: one JSON object on a line each."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from hosts.inventory import Machine
from hosts.model import Model
from hosts.worker.production import Production, Target


class Configure(Model):
    """The first request: what this run is for."""

    do: Literal["configure"] = "configure"
    target: Target
    """What may be reached."""
    production: Production
    """What counts as production."""


class Check(Model):
    """Look at a layer before any host is asked; answers with `faults`, `digest`, and names of what it `gives`."""

    do: Literal["check"] = "check"
    machine: Mapping[str, JsonValue]
    """How the machine would be reached, not yet looked at."""
    layer: str
    """Its name."""
    settings: Mapping[str, JsonValue]
    """Its settings."""
    given: tuple[str, ...]
    """Names of what it is given; the values may not be known yet."""
    before: Mapping[str, JsonValue] | None = None
    """Settings that it was declared with before; None where it was not."""


class LayerOnMachine(Model):
    """One layer on one machine."""

    machine: Machine
    """The machine."""
    layer: str
    """Name of the layer."""
    settings: Mapping[str, JsonValue]
    """Its settings."""
    given: Mapping[str, str]
    """What it is given."""


class Read(LayerOnMachine):
    """Ask what the layer would change; answers with `pending`, `differences`, `gives` and `secrets`."""

    do: Literal["read"] = "read"


class Apply(LayerOnMachine):
    """Run the layer and ask again; answers like `read`, and with `done`."""

    do: Literal["apply"] = "apply"


class Remove(LayerOnMachine):
    """Take the layer away where it knows how; otherwise the machine is not contacted."""

    do: Literal["remove"] = "remove"


class Facts(Model):
    """Ask what kind of machine it is; answers with name → text."""

    do: Literal["facts"] = "facts"
    machine: Machine
    """The machine."""


class Reboot(Model):
    """Start the machine again and wait until it is up; answers with `seconds`."""

    do: Literal["reboot"] = "reboot"
    machine: Machine
    """The machine."""


class NotUp(Model):
    """Ask which services and containers are not up; answers with `busy`."""

    do: Literal["not_up"] = "not_up"
    machine: Machine
    """The machine."""


class Trust(Model):
    """Ask for the host key of a machine that is not known yet, or take it; answers with `key` and `fingerprint`."""

    do: Literal["trust"] = "trust"
    machine: Machine
    """The machine."""
    fingerprint: str | None = None
    """Fingerprint that a person agreed to: the key is kept if it still has it."""


class Cancel(Model):
    """Stop every request after the operation that it is at."""

    do: Literal["cancel"] = "cancel"


Request = Configure | Check | Read | Apply | Remove | Facts | Reboot | NotUp | Trust | Cancel


class Line(Model):
    """One line to the worker."""

    id: int
    """Comes back with the answer, the error and the progress of this request."""
    request: Annotated[Request, Field(discriminator="do")]
    """What is asked for."""


LINE: TypeAdapter[Line] = TypeAdapter(Line)
