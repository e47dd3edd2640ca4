"""Back up what the hosts have, and prove that it can be restored."""

import dataclasses
import datetime as dt
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hosts.backup import places as at
from ops.backup_evidence.archive_of import archive_of
from ops.backup_evidence.chosen_shares import Shares, chosen_shares
from ops.backup_evidence.collected_states import OPERATOR, collected_states
from ops.backup_evidence.evidence import Evidence, evidence
from ops.backup_evidence.evidence_page import evidence_page
from ops.backup_evidence.exported_states import NotExportedError, stacks_of
from ops.backup_evidence.keeper import KeeperError
from ops.backup_evidence.lab_backups import LabBackups
from ops.backup_evidence.place import PlaceError, free_place
from ops.backup_evidence.results import FILE, OFF_SITE_FILE, keep_results
from ops.backup_evidence.ways import Ways
from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption
from ops.host_layers.chosen_settings import ended
from ops.host_layers.secrets_file import DEFAULT
from ops.page.render import render
from ops.target import ProductionOption, say_target
from provider.factory_error import FactoryError
from rehearsal.part import PartMissingError

SourceName = Annotated[str, typer.Argument(help="Host and source, for example pi2/postgres.", metavar="SOURCE")]
SecretsOption = Annotated[
    Path, typer.Option("--secrets", help="File of the generated passwords, mode 600.", dir_okay=False)
]
OffSiteOption = Annotated[
    bool, typer.Option("--off-site", help="What lies off site, asked from the keeper; OFF_SITE_KEY says who asks.")
]
ThroughOption = Annotated[
    str | None,
    typer.Option("--through", help="Host with restic that asks off site, while there is no keeper.", metavar="HOST"),
]
SharesOption = Annotated[
    Shares | None,
    typer.Option("--vault-shares", help="Open Vault's snapshot: with the key file's shares, or with those you bring."),
]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command()
def check(  # noqa: PLR0913 - one parameter for each option
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Sources, for example pi2/postgres; all without one.", metavar="[SOURCE]..."),
    ] = None,
    *,
    every_byte: Annotated[
        bool, typer.Option("--every-byte/--a-part", help="Read all that is kept, or a tenth of it.")
    ] = True,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write a page for people to this file.", dir_okay=False)
    ] = None,
    vault_shares: SharesOption = None,
    off_site: OffSiteOption = False,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Prove each backup: its age and size, every byte against its digest, and a restore into a scratch place.

    What could not be restored and compared counts as not backed up. Exit code 1 when there is such a source, or
    something on a host that no source covers. The results are kept for `./factory drift`, unless only some were asked.
    With --vault-shares the snapshot of Vault is opened too, in a server that lives for that alone and has no network.

    Example: `./factory backup check --target production`
    """
    say_target("backup check", target)
    lab, now = LabBackups.read(cwd), dt.datetime.now(dt.UTC)
    keeper = lab.keeper(secrets, off_site=off_site)
    expected = lab.chosen(sources)
    try:
        shares = chosen_shares(lab.settings.vault, come=vault_shares) if vault_shares else ()
        ways = Ways(every_byte=every_byte, shares=shares, api=lab.cluster_api)
        found = [*evidence(keeper, expected, now=now, only=sources or (), ways=ways)]
    except (FactoryError, PartMissingError) as error:
        raise ended(str(error), ExitCode.LACKING) from error
    hosts = [host.name for host in lab.settings.hosts if not sources or host.name in expected]
    uncovered = [fault for host in hosts for fault in lab.uncovered(host, now=now)]
    missing = [f"{file}: missing here" for file in lab.key_files(secrets) if not file.is_file()]
    uncovered += [] if sources else [*lab.nothing_leaves, *missing]
    if not sources:
        keep_results(cwd, found, uncovered=uncovered, file=OFF_SITE_FILE if off_site else FILE)
    if page is not None:
        page.write_text(render(evidence_page(found, uncovered=uncovered, now=now)), encoding="utf-8")
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
    off_site: OffSiteOption = False,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """List the archives of all sources, the newest last.

    Example: `./factory backup list`
    """
    say_target("backup list", target)
    lab = LabBackups.read(cwd)
    keeper = lab.keeper(secrets, off_site=off_site)
    try:
        found = [archive for host in lab.expected for archive in keeper.archives(host)]
    except KeeperError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    if as_json:
        typer.echo(json.dumps([archive.model_dump(mode="json") for archive in found], indent=1))
        return
    for archive in found:
        typer.echo(f"{archive.time:%Y-%m-%d %H:%M}  {archive.id[:8]}  {archive.size:>14,}  {archive.name}")


@app.command()
def show(  # noqa: PLR0913 - one parameter for each option
    source: SourceName,
    *,
    moment: Annotated[
        dt.datetime | None, typer.Option("--at", help="The last archive from before then; the newest without it.")
    ] = None,
    off_site: OffSiteOption = False,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Show what an archive says of itself: versions, databases, tables, files.

    Example: `./factory backup show pi2/postgres`
    """
    say_target("backup show", target)
    keeper = LabBackups.read(cwd).keeper(secrets, off_site=off_site)
    try:
        typer.echo(keeper.manifest(archive_of(keeper, source, before=moment)))
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
    off_site: OffSiteOption = False,
    through: ThroughOption = None,
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
    keeper = LabBackups.read(cwd).keeper(secrets, off_site=off_site, through=through)
    archive = archive_of(keeper, source, before=moment)
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
    hosts: Annotated[list[str] | None, typer.Argument(help="Hosts; all without one.")] = None,
    *,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Back up now what the timer backs up at night; one that runs already is waited for.

    Example: `./factory backup run pi2`
    """
    say_target("backup run", target)
    lab = LabBackups.read(cwd)
    failed = False
    for name in hosts or [host.name for host in lab.settings.hosts]:
        code, said = lab.on_host(name, f"systemctl start {at.SERVICE} 2>&1")
        typer.echo(f"{name}: {'backed up' if code == 0 else said.strip()}")
        failed = failed or code != 0
    if failed:
        raise typer.Exit(ExitCode.NOT_SO)


@app.command()
def states(
    *,
    off_site: OffSiteOption = False,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Keep the states of all stacks, as the operator's machine sees them; secrets in them stay encrypted.

    Of the key files it keeps that they are there, and nothing of what is in them.

    Example: `./factory backup states --target production`
    """
    say_target("backup states", target)
    lab = LabBackups.read(cwd)
    keeper = lab.keeper(secrets, off_site=off_site)
    try:
        with tempfile.TemporaryDirectory(prefix="factory-states-") as place:
            folder = collected_states(Path(place), stacks=cwd, key_files=lab.key_files(secrets))
            keeper.take_in(OPERATOR, folder)
    except (NotExportedError, KeeperError) as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    typer.echo(f"kept the states of {', '.join(stacks_of(cwd))}")


@app.command()
def forget(
    *,
    go: Annotated[bool, typer.Option("--go", help="Do it; without it, only say what would go.")] = False,
    off_site: OffSiteOption = False,
    secrets: SecretsOption = DEFAULT,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Forget the archives that no tier keeps, and give their room back; no host may do that by itself.

    Example: `./factory backup forget`, then `./factory backup forget --go`
    """
    say_target("backup forget", target)
    lab = LabBackups.read(cwd)
    keeper = lab.keeper(secrets, off_site=off_site)
    tiers = lab.settings.tiers.model_dump()
    try:
        for host in lab.expected:
            for source in sorted({archive.source for archive in keeper.archives(host)}):
                typer.echo(keeper.thin_out(host, source, tiers=tiers, dry=not go))
            if go:
                keeper.give_back(host)
    except KeeperError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error


def _print(found: Sequence[Evidence], uncovered: Sequence[str]) -> None:
    for each in found:
        if each.faults:
            typer.secho(f"not proved: {each.name}", fg="red")
            for fault in each.faults:
                typer.echo(f"  {fault}")
        else:
            typer.echo(f"{each.proof}: {each.name} of {each.time}, {each.size:,} bytes")
    for fault in uncovered:
        typer.secho(fault, fg="red")
