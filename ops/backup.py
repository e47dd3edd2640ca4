"""Back up what the hosts have, and prove that it can be restored."""

import dataclasses
import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from hosts.backup import places as at
from hosts.inventory import Machine
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from hosts.worker.production import Production
from ops.backup_evidence.archive import Archive
from ops.backup_evidence.evidence import Evidence, evidence
from ops.backup_evidence.keeper import Keeper, KeeperError
from ops.backup_evidence.place import PlaceError, free_place
from ops.backup_evidence.results import keep_results
from ops.backup_evidence.tiers import keep_options
from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.host_layers.secrets_file import DEFAULT, SecretsFile, SecretsFileError
from ops.target import ProductionOption, say_target
from provider.guard import production_is_meant, read_production
from stacks.host_layers import host_layers, layer_faults
from stacks.hosts_settings import HostsSettings

LAYER = "backup"
KEEPER_LAYER = "backup_keeper"
PASSWORD = "backup-repositories"  # noqa: S105 - the name of a password

SourceName = Annotated[str, typer.Argument(help="Host and source, for example pi2/postgres.", metavar="SOURCE")]
SecretsOption = Annotated[
    Path, typer.Option("--secrets", help="File of the generated passwords, mode 600.", dir_okay=False)
]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command()
def check(
    *,
    every_byte: Annotated[
        bool, typer.Option("--every-byte/--a-part", help="Read all that is kept, or a tenth of it.")
    ] = True,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Prove each backup: its age and size, every byte against its digest, and a restore into a scratch place.

    What could not be restored and compared counts as not backed up. Exit code 1 when there is such a source, or
    something on a host that no source covers. The results are kept for `./factory drift`.

    Example: `./factory backup check --target production`
    """
    say_target("backup check", target)
    settings = _settings(cwd)
    keeper = _keeper(settings, secrets)
    expected = _expected(settings)
    found = [*evidence(keeper, expected, now=dt.datetime.now(dt.UTC), every_byte=every_byte)]
    uncovered = [fault for host in expected for fault in _uncovered(settings, host)]
    keep_results(cwd, found, uncovered=uncovered)
    if as_json:
        document = {"sources": [dataclasses.asdict(each) for each in found], "uncovered": uncovered}
        typer.echo(json.dumps(document, indent=1))
    else:
        _print(found, uncovered)
    if uncovered or any(each.faults for each in found):
        raise typer.Exit(ExitCode.NOT_SO)


@app.command("list")
def list_(
    *,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """List the archives of all sources, the newest last.

    Example: `./factory backup list`
    """
    say_target("backup list", target)
    settings = _settings(cwd)
    keeper = _keeper(settings, secrets)
    found = [archive for host in _expected(settings) for archive in _archives(keeper, host)]
    if as_json:
        typer.echo(json.dumps([archive.model_dump(mode="json") for archive in found], indent=1))
        return
    for archive in found:
        typer.echo(f"{archive.time:%Y-%m-%d %H:%M}  {archive.id[:8]}  {archive.size:>14,}  {archive.name}")


@app.command()
def show(
    source: SourceName,
    *,
    moment: Annotated[
        dt.datetime | None, typer.Option("--at", help="The last archive from before then; the newest without it.")
    ] = None,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Show what an archive says of itself: versions, databases, tables, files.

    Example: `./factory backup show pi2/postgres`
    """
    say_target("backup show", target)
    keeper = _keeper(_settings(cwd), secrets)
    try:
        typer.echo(keeper.manifest(_chosen(keeper, source, moment)))
    except KeeperError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error


@app.command()
def restore(  # noqa: PLR0913 - one parameter for each option
    source: SourceName,
    *,
    into: Annotated[Path, typer.Option("--into", help="Folder that the archive is unpacked into.", file_okay=False)],
    overwrite: Annotated[
        Path | None, typer.Option("--overwrite", help="The folder again: what is in it may be replaced.")
    ] = None,
    moment: Annotated[
        dt.datetime | None, typer.Option("--at", help="The last archive from before then; the newest without it.")
    ] = None,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Unpack an archive into an empty folder of this machine, and compare each file with its digest.

    A folder with anything in it is refused unless it is named twice. Cut off, the folder has another name until it is
    complete: the same command begins anew.

    Example: `./factory backup restore pi2/postgres --at 2026-01-31 --into /tmp/restored`
    """
    say_target("backup restore", target)
    keeper = _keeper(_settings(cwd), secrets)
    archive = _chosen(keeper, source, moment)
    try:
        with free_place(into, overwrite=overwrite) as new:
            keeper.fetch(archive, new)
    except PlaceError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    except (KeeperError, OSError) as error:
        raise ended(f"{archive.name}: not restored: {error}", ExitCode.NOT_SO) from error
    typer.echo(f"{archive.name} of {archive.time:%Y-%m-%d %H:%M} is in {into}")


@app.command()
def run(
    hosts: Annotated[list[str] | None, typer.Argument(help="Hosts; all that back up without one.")] = None,
    *,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Back up now what the timer backs up at night; one that runs already is waited for.

    Example: `./factory backup run pi2`
    """
    say_target("backup run", target)
    settings = _settings(cwd)
    failed = False
    for name in hosts or _expected(settings):
        code, said = _on_host(settings, name, f"systemctl start {at.SERVICE} 2>&1")
        typer.echo(f"{name}: {'backed up' if code == 0 else said.strip()}")
        failed = failed or code != 0
    if failed:
        raise typer.Exit(ExitCode.NOT_SO)


@app.command()
def forget(
    *,
    go: Annotated[bool, typer.Option("--go", help="Do it; without it, only say what would go.")] = False,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Forget the archives that no tier keeps, and give their room back; no host may do that by itself.

    Example: `./factory backup forget`, then `./factory backup forget --go`
    """
    say_target("backup forget", target)
    settings = _settings(cwd)
    keeper = _keeper(settings, secrets)
    try:
        for host in _expected(settings):
            typer.echo(keeper.thin_out(host, keep=keep_options(), dry=not go))
    except KeeperError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error


def _settings(folder: Path) -> HostsSettings:
    settings = chosen_settings(folder)
    if settings.roles.keeper is None:
        raise ended("nothing is backed up: expected a host in roles.keeper, for example keeper: pi3", ExitCode.LACKING)
    if faults := [*layer_faults(settings)]:
        raise ended("\n".join(faults), ExitCode.LACKING)
    return settings


def _expected(settings: HostsSettings) -> Mapping[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for host in settings.hosts:
        told = host_layers(settings, host).get(LAYER)
        sources = None if told is None else told["sources"]
        if isinstance(sources, Mapping):
            found[host.name] = sorted(sources)
    return found


def _keeper(settings: HostsSettings, file: Path) -> Keeper:
    for host in settings.hosts:
        told = host_layers(settings, host).get(KEEPER_LAYER)
        if told is not None:
            try:
                secret = SecretsFile(file).known(PASSWORD)
            except SecretsFileError as error:
                raise ended(str(error), ExitCode.LACKING) from error
            if secret is None:
                text = f"{file}: no password {PASSWORD}. `./factory hosts passwords --help` says how it gets there"
                raise ended(text, ExitCode.LACKING)
            machine = Machine.model_validate(host.connection)
            return Keeper(machine=machine, folder=str(told["folder"]), secret=secret)
    raise ended(f"{settings.roles.keeper}: expected the layer {KEEPER_LAYER}, found none", ExitCode.LACKING)


def _archives(keeper: Keeper, host: str) -> Sequence[Archive]:
    try:
        return keeper.archives(host)
    except KeeperError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error


def _chosen(keeper: Keeper, name: str, moment: dt.datetime | None) -> Archive:
    host, _, source = name.partition("/")
    own = [archive for archive in _archives(keeper, host) if archive.source == source]
    before = [archive for archive in own if moment is None or archive.time <= moment.astimezone()]
    if not before:
        when = "" if moment is None else f" from before {moment:%Y-%m-%d %H:%M}"
        raise ended(f"{name}: no archive{when}. `./factory backup list` shows all", ExitCode.NOT_SO)
    return before[-1]


def _uncovered(settings: HostsSettings, host: str) -> Sequence[str]:
    code, said = _on_host(settings, host, f"cat {at.STATE}/status.json")
    if code:
        return [f"{host}: what it has could not be asked: {said.strip()}"]
    status = json.loads(said)
    return [f"{host}: {each}: in no backup" for each in status["uncovered"]] + [
        f"{host}/{source}: {text}" for source, text in status["failed"].items()
    ]


def _on_host(settings: HostsSettings, name: str, command: str) -> tuple[int, str]:
    machines = Machines(None if production_is_meant(os.environ) else _production())
    try:
        finished = machines.connected(Machine.model_validate(settings.host(name).connection)).run(
            command, stdin=None, timeout=None
        )
    except WorkerError as error:
        return 1, str(error)
    finally:
        machines.close()
    return finished.code, (finished.out + finished.err).decode(errors="replace")


def _production() -> Production:
    production = read_production()
    return Production(addresses=tuple(map(str, production.addresses)), names=tuple(production.names))


def _print(found: Sequence[Evidence], uncovered: Sequence[str]) -> None:
    for each in found:
        if each.faults:
            typer.secho(f"not proved: {each.name}", fg="red")
            for fault in each.faults:
                typer.echo(f"  {fault}")
        else:
            typer.echo(f"restored: {each.name} of {each.time}, {each.size:,} bytes")
    for fault in uncovered:
        typer.secho(fault, fg="red")
