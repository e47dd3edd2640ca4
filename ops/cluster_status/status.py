"""The command `./factory cluster status`."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hosts.inventory import Machine
from hosts.layers.things import THINGS
from hosts.pin import Chart, Program
from hosts.versions import PINS
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from hosts.worker.production import Production
from ops.cli.exit_code import ExitCode
from ops.cluster_status.asked_server import asked_server
from ops.cluster_status.judged import Row, judged
from ops.engines.options import FolderOption, JsonOption
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.target import ProductionOption, say_target
from provider.guard import read_production
from stacks.host_layers import host_layers
from stacks.hosts_settings import HostsSettings


def status(*, target: ProductionOption = None, cwd: FolderOption = Path(), as_json: JsonOption = False) -> None:
    """Say whether every object of the cluster is applied, healthy and of the pinned version.

    Asked is the first server: its nodes, the manifests that the stack hosts placed, their objects, the installed charts
    and all workloads. Exit code 1 when something is not so, or cannot be asked.

    Example: `./factory cluster status --target production`
    """
    production = say_target("cluster status", target)
    settings = chosen_settings(cwd)
    server = settings.host(settings.roles.servers[0])
    names = {layer.name for layer in THINGS}
    machines = Machines(None if production else _production())
    try:
        asked = asked_server(machines, Machine.model_validate(server.connection))
    except WorkerError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    finally:
        machines.close()
    things = [layer for layer in host_layers(settings, server) if layer in names]
    rows = [*judged(asked, things=things, k3s=_k3s(settings), charts=_charts())]
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(row) for row in rows], indent=1))
    else:
        _show(rows)
    if any(row.faults for row in rows):
        raise typer.Exit(ExitCode.NOT_SO)


def _show(rows: Sequence[Row]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("of", "what", "state"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        state = f"[red]{escape('; '.join(row.faults))}[/red]" if row.faults else "[green]well[/green]"
        table.add_row(row.thing, escape(row.what), state)
    Console().print(table)
    wrong = sum(bool(row.faults) for row in rows)
    typer.secho(f"{len(rows) - wrong} of {len(rows)} are well", fg="red" if wrong else "green")


def _k3s(settings: HostsSettings) -> str:
    built = settings.rehearsed.k3s if settings.rehearsed else None
    pin = PINS["k3s"]
    if built is not None and built.version is not None:
        return built.version
    return pin.version if isinstance(pin, Program) else ""


def _charts() -> Mapping[str, str | None]:
    return {pin.name: pin.version for pin in PINS.values() if isinstance(pin, Chart)}


def _production() -> Production:
    production = read_production()
    return Production(addresses=tuple(map(str, production.addresses)), names=tuple(production.names))
