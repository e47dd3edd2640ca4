"""The command `./factory recover run`."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from hosts.worker.production import Production
from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.recover_assess.look_at_lab import look_at_lab
from ops.recover_order.do import do
from ops.recover_order.next_steps import next_steps
from ops.recover_order.passage import Passage
from ops.recover_order.step import Step
from ops.target import ProductionOption, say_target
from ops.vault_keys.chosen_vault import NoVaultError
from provider.factory_error import FactoryError
from provider.guard import read_production
from rehearsal.interruption import Interrupted, interruption
from stacks.hosts_settings import HostsSettings

LOOK_SECONDS = 2.0


def run(
    *,
    patience: Annotated[
        int, typer.Option("--patience", help="Seconds that one gate is waited for.", min=1, metavar="SECONDS")
    ] = 600,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Bring the lab back, gate by gate: hosts, what they run, nodes, Longhorn, Vault, logins at it, the ERP last.

    What is there is passed, what only needs time is waited for; Vault is unsealed with the kept shares, the Secrets
    Operator logs in anew, what crashed meanwhile is started again. The ERP is held back until all of that is so. The
    same command continues after a cut: each gate is asked anew. Exit code 1 at a gate that stays closed, with its page.

    Example: `./factory recover run --target production`
    """
    production = say_target("recover run", target)
    settings = chosen_settings(cwd)
    passage = Passage(patience=patience)
    try:
        with interruption():
            while step := passage.first_of(_closed(settings, production=production, folder=cwd)):
                _work_at(step, passage, settings, production=production, folder=cwd)
            passage.open()
    except Interrupted as signal:
        typer.echo(f"factory: {signal}: start the same command again, it continues", err=True)
        raise typer.Exit(signal.exit_code) from signal
    if as_json:
        typer.echo(json.dumps({"gates": passage.gates}, indent=1))
        return
    for gate, seconds in passage.gates.items():
        typer.echo(f"{seconds:6.1f} s  {gate}")
    typer.secho("every gate is open", fg="green")


def _work_at(step: Step, passage: Passage, settings: HostsSettings, *, production: bool, folder: Path) -> None:
    if passage.comes_to(step):
        typer.secho(f"{step.gate}: {'; '.join(step.closed)}", dim=True, err=True)
    if step.by_hand or passage.is_over:
        why = "needs a hand" if step.by_hand else f"stays closed for {passage.patience} s"
        text = f"{step.gate} {why}: {'; '.join(step.closed)}. See docs/runbooks/{step.page}"
        raise ended(text, ExitCode.NOT_SO)
    deed = passage.deed_of(step)
    if deed is not None:
        typer.echo(str(deed), err=True)
        machines = _machines(production=production)
        try:
            do(deed, settings, machines, folder=folder)
        except (FactoryError, NoVaultError, WorkerError) as error:
            raise ended(f"{error}. See docs/runbooks/{step.page}", ExitCode.NOT_SO) from error
        finally:
            machines.close()
    time.sleep(LOOK_SECONDS)


def _closed(settings: HostsSettings, *, production: bool, folder: Path) -> Sequence[Step]:
    # A machine that was away is connected to anew.
    machines = _machines(production=production)
    try:
        found = look_at_lab(settings, machines, folder=folder, databases=(), dump=folder / "longhorn.json")
    finally:
        machines.close()
    return [*next_steps(found)]


def _machines(*, production: bool) -> Machines:
    if production:
        return Machines(None)
    known = read_production()
    return Machines(Production(addresses=tuple(map(str, known.addresses)), names=tuple(known.names)))
