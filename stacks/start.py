"""Start a stack: find it, read its settings, refuse what must not be, and only then declare it."""

import dataclasses
import os
from collections.abc import Callable, Mapping

import pulumi

from provider.guard import ProductionRefusedError, refuse_production
from stacks.faults import RefusedSettingsError
from stacks.postgres import declare_postgres
from stacks.settings import PostgresSettings, read_postgres_settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stack:
    """What must be known of a stack before it can be declared."""

    read: Callable[[str | None], PostgresSettings]
    """Read its settings from JSON."""
    declare: Callable[[PostgresSettings], None]
    """Declare its resources."""
    secrets: Mapping[str, str]
    """Environment variables that its providers need, and what each is."""


STACKS: Mapping[str, Stack] = {
    "postgres": Stack(
        read=read_postgres_settings,
        declare=declare_postgres,
        secrets={"PGPASSWORD": "the password of the PostgreSQL superuser, for the providers postgresql and factory"},
    ),
}


def start_stack(name: str, *, environment: Mapping[str, str] = os.environ) -> None:
    """Declare the stack *name*; whatever keeps it from running is said without a traceback."""
    if name not in STACKS:
        raise pulumi.RunError(f"unknown stack {name!r}. Expected one of: {', '.join(STACKS)}")
    stack = STACKS[name]
    try:
        settings = stack.read(pulumi.Config("factory").get("settings"))
        refuse_production(settings.addresses, environment)
    except (RefusedSettingsError, ProductionRefusedError) as error:
        raise pulumi.RunError(f"stack {name}: nothing was done\n{error}") from None
    missing = [f"{variable} is not set. Expected {what}" for variable, what in stack.secrets.items()
               if not environment.get(variable)]  # fmt: skip
    if missing:
        raise pulumi.RunError(f"stack {name}: nothing was contacted\n" + "\n".join(missing))
    stack.declare(settings)
