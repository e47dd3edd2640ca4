"""Look at a stack's state, answer for a creation that a killed run left, or take its lock away."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from engine.actions import AnswerPending
from engine.backend import Backend, Snapshot, StateError
from engine.lock import Holder
from engine.project import Project, ProjectError
from engine.report import masked
from engine.secrets import PassphraseError
from engine.urn import split
from ops.cli.exit_code import ExitCode
from ops.engines.embedded import perform
from ops.engines.options import FolderOption, JsonOption, StackName
from ops.gate.forge import REPOSITORY, forge
from ops.gate.refused_error import RefusedError
from ops.state_bucket.bucket_locks import take_away_in_bucket
from ops.state_bucket.state_place import StatePlace
from ops.state_bucket.storage import Storage
from ops.state_lock.ended_run import EndedRun
from ops.state_lock.take_away import Proof, named, take_away
from ops.target import ProductionOption, say_target
from provider.factory_error import FactoryError

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command("list")
def list_(stack: StackName, *, cwd: FolderOption = Path(), as_json: JsonOption = False) -> None:
    """List the resources of a stack and its unfinished operations; secrets appear as `[secret]`.

    Example: `./factory state list postgres`.
    """
    snapshot = _load(stack, cwd)
    if as_json:
        typer.echo(json.dumps(_document(snapshot), indent=1))
        return
    for resource in snapshot.resources:
        marks = [
            word
            for word, is_set in {
                "protected": resource.protect,
                "kept on delete": resource.retain_on_delete,
                "to be deleted": resource.delete,
                "to be made again": resource.pending_replacement,
            }.items()
            if is_set
        ]
        parts = split(resource.urn)
        typer.echo(f"{parts.type}  {parts.name}  {resource.id}  {', '.join(marks)}".rstrip())
    for operation in snapshot.pending:
        typer.secho(f"unfinished: {operation.kind} {operation.resource.urn}", fg="yellow")


@app.command()
def pending(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    urn: Annotated[str, typer.Argument(help="URN of the resource whose creation is unfinished.", metavar="URN")],
    *,
    adopt: Annotated[str, typer.Option(help="The object exists and has this id.", metavar="ID")] = "",
    absent: Annotated[bool, typer.Option("--absent", help="The object does not exist.")] = False,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Answer for a creation that a killed run left: the object exists, or it does not.

    Example: `./factory state pending postgres urn:pulumi:… --adopt erp`.
    """
    if bool(adopt) == absent:
        raise typer.BadParameter("expected either --adopt ID or --absent")
    action = AnswerPending(urn=urn, adopt=adopt)
    raise typer.Exit(perform(cwd, stack, verb="state", action=action, as_json=as_json))


@app.command()
def unlock(
    stack: StackName,
    *,
    holder: Annotated[
        str, typer.Option("--holder", help="Whose lock it is, user@host; you know that it is gone.", metavar="NAME")
    ] = "",
    run: Annotated[
        int | None, typer.Option("--run", help="Run of a workflow that left it; the forge is asked.", min=1)
    ] = None,
    cwd: FolderOption = Path(),
    target: ProductionOption = None,
) -> None:
    """Take away the lock of a run that is gone, from a folder or from a bucket of Google.

    One whose process ended on this machine needs no option. One from elsewhere is taken away only when the forge says
    that the run has ended and was at work when the lock was taken, or for the owner that is named. A process of this
    machine that is at work keeps its lock. In a bucket nothing is taken away without one of the two.

    Example: `./factory state unlock postgres --run 412`, or `--holder ci@runner`.
    """
    if holder and run:
        raise typer.BadParameter("expected --holder NAME or --run NUMBER, not both")
    say_target(f"state unlock {stack}", target)
    try:
        found = _taken_away(cwd, stack, named(holder) if holder else _of_run(run) if run else None)
    except (ProjectError, StateError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (RefusedError, FactoryError) as error:
        typer.secho(f"refused: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    for each in found:
        typer.echo(f"taken away: the lock of {each.sentence()}")
    if found:
        typer.echo(f"./factory state list {stack}  # shows what that run left unfinished")
    else:
        typer.echo(f"{stack} is not locked")


def _taken_away(folder: Path, stack: str, proof: Proof | None) -> list[Holder]:
    place = StatePlace.of(folder, stack)
    if place is None:
        return take_away(Backend(Project.load(folder), stack).lock_folder, proof)
    with Storage(place.bucket) as storage:
        return take_away_in_bucket(storage, place, proof)


def _of_run(number: int) -> Proof:
    repository = os.environ.get(REPOSITORY, "")
    if not repository:
        raise RefusedError(f"{REPOSITORY} is not set. Expected the repository of the run, such as org/factory")
    ended = EndedRun.asked(forge(), repository, number)
    return lambda holder: ended.require_at_work(holder.since)


def _load(stack: str, cwd: Path) -> Snapshot:
    try:
        return Backend(Project.load(cwd), stack).load()
    except (ProjectError, PassphraseError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except StateError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error


def _document(snapshot: Snapshot) -> dict[str, object]:
    return {
        "resources": [
            {
                "urn": resource.urn,
                "type": resource.type,
                "id": resource.id,
                "protect": resource.protect,
                "retainOnDelete": resource.retain_on_delete,
                "delete": resource.delete,
                "inputs": masked(dict(resource.inputs)),
                "outputs": masked(dict(resource.outputs)),
            }
            for resource in snapshot.resources
        ],
        "pending": [{"kind": item.kind, "urn": item.resource.urn} for item in snapshot.pending],
    }
