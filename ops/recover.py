"""Bring data back when what held it together is gone."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ops.cli.exit_code import ExitCode
from ops.recover_assess.assess import assess
from ops.recover_bundle.bundle import bundle
from ops.recover_order.run import run
from ops.volume_objects.disk_listing import read_disk_listing
from ops.volume_objects.kubectl import Kubectl, KubectlError, NoKubectlError
from ops.volume_objects.plans_told import plans_document, plans_text
from ops.volume_objects.read_dump import read_dump
from ops.volume_objects.refused_dump_error import RefusedDumpError
from ops.volume_objects.restore_volumes import ManagersRunError, plan_for, require_quiet, write_volume
from recovery.longhorn.check_file_system import FileSystemCheck, check_file_system
from recovery.longhorn.choose_replica import Choice, choose_replica
from recovery.longhorn.fault import FaultError, NoRoomError
from recovery.longhorn.inject import inject as inject_image
from recovery.longhorn.merge import Merged
from recovery.longhorn.merge import merge as merge_replica
from rehearsal.interruption import Interrupted, interruption

_TENTH = 10

Folders = Annotated[
    list[Path], typer.Argument(help="Folder of a replica; several of one volume, and the best is used.", metavar="DIR")
]
BackingOption = Annotated[
    Path | None,
    typer.Option(
        "--backing", help="Raw backing file, where it no longer stands where the replica says.", metavar="FILE"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

app = typer.Typer(help=__doc__, no_args_is_help=True)
app.command()(assess)
app.command()(bundle)
app.command()(run)


@app.command()
def chain(folders: Folders, *, backing: BackingOption = None, as_json: JsonOption = False) -> None:
    """Verify the layers of replicas and say which replica is the best; reads only.

    Exit code 1 when none can be used.

    Example: `./factory recover chain /mnt/replicas/pvc-1-0a1b2c3d /mnt/replicas/pvc-1-4e5f6a7b`
    """
    with _told_in_one_sentence(as_json=as_json):
        choice = choose_replica(folders, backing=backing)
        if as_json:
            typer.echo(json.dumps(_chosen(choice), indent=1))
        else:
            _print_choice(choice)


@app.command()
def merge(
    folders: Folders,
    out: Annotated[Path, typer.Argument(help="The image to make, a name that is free.", metavar="OUT")],
    *,
    backing: BackingOption = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Check the file system of the image.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Merge the layers of a Longhorn replica into one sparse image; the folder is only read.

    Cut off at any moment, the same command continues. OUT has its name only when it is complete. Exit code 1 when the
    chain is not whole or the file system in the image is damaged, 3 when the disk is full or e2fsck is missing.

    Example: `./factory recover merge /mnt/replicas/pvc-1-0a1b2c3d /mnt/images/pvc-1.img`
    """
    with _told_in_one_sentence(as_json=as_json):
        choice = choose_replica(folders, backing=backing)
        if not as_json:
            _print_choice(choice)
        with _progress("merging", quiet=as_json) as tell:
            merged = merge_replica(choice.replica, out, tell=tell)
        found = check_file_system(out) if check else None
    if as_json:
        typer.echo(json.dumps({**_chosen(choice), **_made(merged, found)}, indent=1))
    else:
        _print_merged(merged, found)
    if found and found.state in ("damaged", "not checked"):
        raise typer.Exit(ExitCode.NOT_SO if found.state == "damaged" else ExitCode.LACKING)


@app.command()
def inject(
    image: Annotated[Path, typer.Argument(help="An image that merge made.", metavar="IMAGE", dir_okay=False)],
    target: Annotated[Path, typer.Argument(help="Device of a fresh volume, or a file.", metavar="TARGET")],
    *,
    overwrite: Annotated[
        Path | None, typer.Option("--overwrite", help="TARGET again: what is on it may go.", metavar="TARGET")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write an image into a volume that is as large or larger and empty, and compare what was written.

    Refused while the device is mounted. Where image and volume are zeros nothing is written.

    Example: `./factory recover inject /mnt/images/pvc-1.img /dev/longhorn/pvc-1`
    """
    goes_on = f"{target} holds a part of the image now; start again with --overwrite {target}"
    with _told_in_one_sentence(as_json=as_json, cut_off=goes_on), _progress("writing", quiet=as_json) as tell:
        done = inject_image(image, target, overwrite=overwrite, tell=tell)
    if as_json:
        document = {"target": str(done.target), "size": done.size, "written": done.written, "empty": done.was_empty}
        typer.echo(json.dumps(document, indent=1))
    else:
        typer.echo(f"{done.target}: {done.written:,} of {done.size:,} bytes written and compared")


@app.command()
def volumes(  # noqa: PLR0913 - one parameter for each option
    dump: Annotated[Path, typer.Argument(help="Objects, as `kubectl get -o json` gives them.", metavar="DUMP")],
    disks: Annotated[
        list[Path], typer.Argument(help="Of each disk: longhorn-disk.cfg, then the names in replicas.", metavar="DISK")
    ],
    *,
    kubeconfig: Annotated[Path | None, typer.Option("--kubeconfig", help="Else as kubectl does.")] = None,
    context: Annotated[str | None, typer.Option("--context", help="Else the current one.")] = None,
    only_look: Annotated[bool, typer.Option("--only-look", help="Say what would be written, write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the objects of volumes from a dump, so that Longhorn adopts the replicas on the disks.

    A volume is refused when no replica of it lies on the disk that the dump names. What is there is left alone; what
    is there and differs is named, and nothing of that volume is written. Refused while Longhorn's managers run. Exit
    code 1 when a volume was held back; the same command continues after a cut.

    Example: `./factory recover volumes longhorn.json pi1.disk pi2.disk pi3.disk`
    """
    cluster = Kubectl(kubeconfig=kubeconfig, context=context)
    try:
        wanted, listings = read_dump(dump), [read_disk_listing(disk) for disk in disks]
        plans = plan_for(cluster, wanted, listings)
        if not only_look:
            require_quiet(cluster)
            for plan in plans:
                write_volume(cluster, plan)
    except NoKubectlError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (RefusedDumpError, KubectlError, ManagersRunError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    typer.echo(json.dumps(plans_document(plans), indent=1) if as_json else plans_text(plans, written=not only_look))
    if any(plan.held_back for plan in plans):
        raise typer.Exit(ExitCode.NOT_SO)


@contextmanager
def _told_in_one_sentence(
    *, as_json: bool, cut_off: str = "start the same command again, it continues"
) -> Iterator[None]:
    try:
        with interruption():
            yield
    except FaultError as fault:
        if as_json:
            said = {"file": str(fault.file), "expected": fault.expected, "found": fault.found, "helps": fault.helps}
            typer.echo(json.dumps({"fault": said}, indent=1))
        typer.secho(f"error: {fault}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING if isinstance(fault, NoRoomError) else ExitCode.NOT_SO) from fault
    except Interrupted as signal:
        typer.echo(f"factory: {signal}: {cut_off}", err=True)
        raise typer.Exit(signal.exit_code) from signal


@contextmanager
def _progress(word: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, else a line for every tenth."""
    console = Console(stderr=True)
    if quiet or console.is_terminal:
        with Progress(console=console, transient=True, disable=quiet) as bar:
            task = bar.add_task(word, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        tenth = done * _TENTH // total if total else 0
        if tenth > shown:
            shown = tenth
            typer.echo(f"{word}: {tenth * _TENTH} % of {total:,} bytes", err=True)

    yield tell


def _print_choice(choice: Choice) -> None:
    for fault in choice.refused:
        typer.secho(f"not usable: {fault}", fg="yellow", err=True)
    replica = choice.replica
    typer.echo(f"{replica.folder}: {', '.join(choice.reasons)}")
    typer.echo(f"  {replica.size:,} bytes in {len(replica.layers)} layers:")
    for layer in replica.layers:
        typer.echo(f"  {layer.path.name}  {layer.size:,} bytes, {layer.allocated:,} on the disk")
    for note in replica.notes:
        typer.echo(f"  {note}")
    _warn([*choice.warnings, *replica.warnings])


def _print_merged(merged: Merged, found: FileSystemCheck | None) -> None:
    if merged.continued_at:
        typer.echo(f"continued at {merged.continued_at:,}")
    _warn(merged.warnings)
    typer.echo(f"{merged.out}: {merged.size:,} bytes, {merged.copied:,} copied in {merged.seconds:.1f} s")
    if found:
        typer.echo(found.text)


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        typer.secho(f"warning: {warning}", fg="yellow", err=True)


def _chosen(choice: Choice) -> dict[str, object]:
    replica = choice.replica
    return {
        "replica": str(replica.folder),
        "why": list(choice.reasons),
        "refused": [str(fault) for fault in choice.refused],
        "size": replica.size,
        "layers": [
            {"file": layer.path.name, "size": layer.size, "allocated": layer.allocated, "removed": layer.removed}
            for layer in replica.layers
        ],
        "notes": list(replica.notes),
        "warnings": [*choice.warnings, *replica.warnings],
    }


def _made(merged: Merged, found: FileSystemCheck | None) -> dict[str, object]:
    return {
        "out": str(merged.out),
        "copied": merged.copied,
        "continued_at": merged.continued_at,
        "seconds": round(merged.seconds, 3),
        "merge_warnings": list(merged.warnings),
        "file_system": {"state": found.state, "text": found.text} if found else None,
    }
