"""Look at a stack's state, or answer for a creation that a killed run left."""

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.actions import AnswerPending
from engine.backend import Backend, Snapshot, StateError
from engine.project import Project, ProjectError
from engine.report import masked
from engine.secrets import PassphraseError
from engine.urn import split
from ops.cli.exit_code import ExitCode
from ops.engines.embedded import perform
from ops.engines.options import FolderOption, JsonOption, StackName

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
