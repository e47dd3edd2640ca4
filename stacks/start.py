"""Start a stack: find it, read its settings, refuse what must not be, and only then declare it."""

import dataclasses
import functools
import os
from collections.abc import Callable, Mapping

import pulumi

from provider.guard import ProductionRefusedError, refuse_production
from stacks.faults import RefusedSettingsError
from stacks.host_layers import layer_faults
from stacks.hosts import declare_hosts
from stacks.hosts_settings import read_hosts_settings
from stacks.postgres import declare_postgres
from stacks.settings import read_postgres_settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ready:
    """A stack whose settings were read."""

    addresses: Mapping[str, str]
    """What it contacts, by the place that names it."""
    faults: tuple[str, ...] = ()
    """What it still lacks, one line each."""
    declare: Callable[[], None]
    """Declare its resources."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stack:
    """What must be known of a stack before it can be declared."""

    read: Callable[[str | None], Ready]
    """Read its settings from JSON."""
    secrets: Mapping[str, str]
    """Environment variables that its providers need, and what each is."""


def _read_hosts(text: str | None) -> Ready:
    settings = read_hosts_settings(text)
    return Ready(
        addresses=settings.addresses,
        faults=tuple(layer_faults(settings)),
        declare=functools.partial(declare_hosts, settings),
    )


def _read_postgres(text: str | None) -> Ready:
    settings = read_postgres_settings(text)
    return Ready(addresses=settings.addresses, declare=functools.partial(declare_postgres, settings))


STACKS: Mapping[str, Stack] = {
    "hosts": Stack(read=_read_hosts, secrets={}),
    "postgres": Stack(
        read=_read_postgres,
        secrets={"PGPASSWORD": "the password of the PostgreSQL superuser, for the providers postgresql and factory"},
    ),
}


def start_stack(name: str, *, environment: Mapping[str, str] = os.environ) -> None:
    """Declare the stack *name*; whatever keeps it from running is said without a traceback."""
    if name not in STACKS:
        raise pulumi.RunError(f"unknown stack {name!r}. Expected one of: {', '.join(STACKS)}")
    stack = STACKS[name]
    try:
        ready = stack.read(pulumi.Config("factory").get("settings"))
        refuse_production(ready.addresses, environment)
    except (RefusedSettingsError, ProductionRefusedError) as error:
        raise pulumi.RunError(f"stack {name}: nothing was done\n{error}") from None
    if ready.faults:
        raise pulumi.RunError("\n".join([f"stack {name}: nothing was done", *ready.faults]))
    missing = [f"{variable} is not set. Expected {what}" for variable, what in stack.secrets.items()
               if not environment.get(variable)]  # fmt: skip
    if missing:
        raise pulumi.RunError(f"stack {name}: nothing was contacted\n" + "\n".join(missing))
    ready.declare()
