"""Servers and stack of one rehearsal, ready to be checked."""

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from provider.guard import refuse_production
from rehearsal.lab import Lab
from rehearsal.part import FoundPart, PartMissingError, find_part
from rehearsal.parts import PULUMI, plugin
from rehearsal.servers.pgbouncer import PgBouncer
from rehearsal.servers.postgresql import PostgresServer
from rehearsal.stack_files import STACK, production_settings, rehearsal_settings, write_stack_files
from rehearsal.stack_runner import Engine, StackRunner
from stacks.settings import read_postgres_settings

CHECKOUT = Path(__file__).resolve().parent.parent
STAND_INS = ("postgresql", "random")

Providers = Literal["auto", "standin", "official"]


class CannotRehearseError(RuntimeError):
    """Something that the rehearsal needs is missing."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the person who starts it chose."""

    program: Path = CHECKOUT
    """Checkout whose program and settings are rehearsed."""
    providers: Providers = "auto"
    """Official plugins or stand-ins; `auto` takes the official one where it is installed."""
    engine: Literal["auto", "embedded", "pulumi"] = "auto"
    """`auto` takes the official CLI where it is on PATH."""
    edge: bool = True
    """Whether the stack `main` is rehearsed as well, on top of the stack `postgres`."""
    gate: bool = True
    """Whether the gate is rehearsed as well, on the servers of the stack `main`."""
    machines: bool = False
    """Whether the stack `hosts` is rehearsed as well, on machines of its own."""
    cluster: bool = False
    """Whether the machines are given k3s by what stands for it, with all that is in the cluster, and an upgrade."""
    upgrades: bool = False
    """Whether upgrades of the cluster are interrupted and typed as well, and a node is added."""
    all_cuts: bool = False
    """Whether every layer loses its machine, in two more bring-ups of all machines."""


@contextlib.contextmanager
def bring_up(folder: Path, wishes: Wishes, *, say: Callable[[str], None]) -> Iterator[Lab]:
    """Start the servers in *folder* and prepare the stack; nothing is declared yet."""
    if sys.platform != "linux":
        raise CannotRehearseError(f"expected Linux, found {sys.platform}; run it on a Debian 12 machine")
    engine = choose_engine(wishes.engine)
    plugins = find_plugins(STAND_INS, wishes.providers)
    production = production_settings(wishes.program)
    intended = read_postgres_settings(json.dumps(production))
    with (
        PostgresServer("16", folder=folder / "postgresql") as server,
        PgBouncer(server, folder=folder / "pgbouncer", lookup_user=intended.pgbouncer_user) as bouncer,
    ):
        say(f"PostgreSQL {server.release} on port {server.port} ({server.origin})")
        say(f"PgBouncer {bouncer.release} on port {bouncer.port} ({bouncer.origin})")
        raw = rehearsal_settings(production, host=bouncer.host, port=bouncer.port)
        settings = read_postgres_settings(json.dumps(raw))
        refuse_production(settings.addresses, {})
        place = folder / "stack"
        place.mkdir()
        paths = {name: found.path for name, found in plugins.items()}
        write_stack_files(place, stack=STACK, program=wishes.program, settings=raw, plugins=paths)
        stack = StackRunner(
            place, stack=STACK, engine=engine, checkout=CHECKOUT, secrets_of_providers={"PGPASSWORD": server.password}
        )
        say(f"engine: {engine} {stack.release}; providers: " + ", ".join(found.origin for found in plugins.values()))
        yield Lab(
            folder=folder, program=wishes.program, server=server, bouncer=bouncer, stack=stack, settings=settings,
            intended=intended, plugins=plugins,
        )  # fmt: skip


def find_plugins(names: Iterable[str], wish: Providers) -> Mapping[str, FoundPart]:
    """Return what stands for each of the official providers called *names*."""
    return {name: _plugin(name, wish) for name in names}


def choose_engine(wish: str) -> Engine:
    """Return the engine that is wished for, as far as it is here."""
    found = shutil.which("pulumi")
    if wish == "pulumi" and not found:
        raise CannotRehearseError(f"expected a program pulumi on PATH, found none. Try: {PULUMI.remedy}")
    return "pulumi" if wish == "pulumi" or (wish == "auto" and found) else "embedded"


def _plugin(name: str, wish: Providers) -> FoundPart:
    """Return the folder of the plugin that stands for the provider *name*."""
    stand_in = FoundPart(path=CHECKOUT / "rehearsal" / "standins" / name, origin=f"stand-in for {name}")
    if wish == "standin":
        return stand_in
    try:
        found = find_part(plugin(name))
    except PartMissingError as error:
        if wish == "official":
            raise CannotRehearseError(str(error)) from error
        return stand_in
    return FoundPart(path=found.path.parent, origin=found.origin)
