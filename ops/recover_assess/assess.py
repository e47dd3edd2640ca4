"""The command `./factory recover assess`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml

from hosts.worker.machines import Machines
from hosts.worker.production import Production
from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.recover_assess.advice import Advice
from ops.recover_assess.advise import advise
from ops.recover_assess.lab_found import LabFound
from ops.recover_assess.look_at_lab import look_at_lab
from ops.runbook.read_page import PAGES, read_page
from ops.target import ProductionOption, say_target
from provider.guard import read_production
from stacks.faults import RefusedSettingsError
from stacks.settings import read_postgres_settings

POSTGRES = "Pulumi.postgres.yaml"


def assess(
    *,
    dump: Annotated[
        Path, typer.Option("--dump", help="Dump of the volume objects, where there is one.", metavar="FILE")
    ] = Path("longhorn.json"),
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say which cases of the runbooks the lab is in, and the commands in order with the reason for each; reads only.

    Asked are the hosts (disks, room, names, certificates, databases, forge), the cluster (nodes, volumes, claims, pods)
    and Vault. Exit code 1 when something is to be done.

    Example: `./factory recover assess --target production`
    """
    production = say_target("recover assess", target)
    settings = chosen_settings(cwd)
    databases = _databases(cwd)
    machines = Machines(None if production else _production())
    try:
        found = look_at_lab(settings, machines, folder=cwd, databases=databases, dump=cwd / dump)
    finally:
        machines.close()
    advices = [*advise(found)]
    if as_json:
        typer.echo(json.dumps([_document(advice) for advice in advices], indent=1))
    else:
        _print(found, advices)
    if advices:
        raise typer.Exit(ExitCode.NOT_SO)


def _typed(advice: Advice) -> Sequence[Mapping[str, str]]:
    """Return what is typed, each with its reason: that of the page, where the page has the commands."""
    if advice.commands:
        return [{"command": command, "why": advice.case} for command in advice.commands]
    found = []
    for command in read_page(PAGES / advice.page):
        text = command.text
        for name, value in advice.names.items():
            text = text.replace(name, value)
        found.append({"command": text, "why": command.why})
    return found


def _document(advice: Advice) -> Mapping[str, object]:
    return {
        "case": advice.case,
        "because": [*advice.because],
        "page": f"docs/runbooks/{advice.page}",
        "commands": [*_typed(advice)],
    }


def _print(found: LabFound, advices: Sequence[Advice]) -> None:
    for host in found.answering:
        typer.echo(f"{host} answers")
    if found.cluster is None:
        typer.echo("the cluster: not asked")
    for number, advice in enumerate(advices, start=1):
        typer.secho(f"\n{number}. {advice.case}", bold=True)
        for reason in advice.because:
            typer.echo(f"   found: {reason}")
        typer.echo(f"   page: docs/runbooks/{advice.page}")
        why = ""
        for each in _typed(advice):
            if each["why"] not in ("", why, advice.case):
                typer.echo(f"   # {each['why']}")
            why = each["why"]
            typer.echo("\n".join(f"   {line}" for line in each["command"].splitlines()))
    if not advices:
        typer.secho("nothing is to be recovered", fg="green")


def _databases(folder: Path) -> Sequence[str]:
    try:
        content = yaml.safe_load((folder / POSTGRES).read_text(encoding="utf-8"))
        settings = read_postgres_settings(json.dumps(content["config"]["factory:settings"]))
    except FileNotFoundError:
        return ()
    except (OSError, yaml.YAMLError, KeyError, TypeError, RefusedSettingsError) as error:
        fault = f"{folder / POSTGRES}: cannot be read as the file of the stack postgres: {error}"
        raise ended(fault, ExitCode.LACKING) from error
    return [app.database for app in settings.apps]


def _production() -> Production:
    production = read_production()
    return Production(addresses=tuple(map(str, production.addresses)), names=tuple(production.names))
