"""Renew a credential: a new one is made, published and proved, the old one is taken away and proved dead."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.credentials.unreadable_stack_error import UnreadableStackError
from ops.engines.options import EngineChoice, EngineOption, FolderOption, JsonOption, YesOption
from ops.target import ProductionOption, say_target
from provider.factory_error import FactoryError

if TYPE_CHECKING:
    from ops.rotation.main_stack import MainStack


def rotate(  # noqa: PLR0913 - one parameter for each option
    name: Annotated[str, typer.Argument(help="Credential, as --list names it.", metavar="[NAME]")] = "",
    *,
    show: Annotated[bool, typer.Option("--list", help="List the credentials that can be renewed, and stop.")] = False,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: ProductionOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Renew a credential: a new one is made, published and proved, the old one is taken away and proved dead.

    The stack file says how far it is; after an interruption the same command goes on from there. Without --yes each of
    the two runs of up shows its plan first. Exit code 1 when a step failed, 3 when something is missing.

    Example: `./factory rotate r2-arcodange-tf --target production`, or `./factory rotate --list`
    """
    say_target("rotate", target)
    # Loads the clients of every cloud, which help and completion do without.
    from ops.rotation.main_stack import MainStack  # noqa: PLC0415 - see above

    try:
        stack = MainStack.read(cwd)
        if show:
            _list(stack, as_json=as_json)
            return
        if name not in stack.credentials:
            known = ", ".join(stack.credentials) or "none"
            raise typer.BadParameter(f"expected one of {known}, found {name!r}", param_hint="NAME")
        stack.refuse_production()
        if not yes and (as_json or not sys.stdin.isatty()):
            raise typer.BadParameter("expected --yes, since nobody can be asked here")
    except FactoryError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING if isinstance(error, UnreadableStackError) else ExitCode.NOT_SO) from error
    missing = stack.missing(os.environ)
    if missing:
        typer.secho("\n".join(["error: nothing was contacted", *missing]), fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING)
    raise typer.Exit(_renew(stack, name, engine=engine, yes=yes, as_json=as_json))


def _list(stack: "MainStack", *, as_json: bool) -> None:
    rows = [
        {
            "name": name,
            **stack.file.numbers(name).entry,
            "vault": one.published.path,
            "gitea": one.published.place,
            "secrets": [*one.fields.values()],
        }
        for name, one in stack.credentials.items()
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        under_way = "".join(f", {word} {row[word]}" for word in ("kept", "ending") if row.get(word))
        typer.echo(f"{row['name']}  number {row['current']}{under_way}  {row['vault']}  {row['gitea']}")
    if not rows:
        typer.echo("the stack makes no credentials")


def _renew(stack: "MainStack", name: str, *, engine: EngineChoice, yes: bool, as_json: bool) -> ExitCode:
    from ops.rotation.main_stack import STACK  # noqa: PLC0415 - as above
    from ops.rotation.proof_for import proof_for  # noqa: PLC0415 - as above
    from ops.rotation.rotation import Rotation  # noqa: PLC0415 - as above
    from ops.rotation.run_up import run_up  # noqa: PLC0415 - as above

    folder, failed = stack.file.file.parent, ""
    credential = stack.credentials[name]
    rotation = Rotation(
        name,
        file=stack.file,
        homes=stack.homes(credential),
        proof=proof_for(stack, credential),
        up=lambda: run_up(STACK, folder, engine=engine, yes=yes, quiet=as_json),
        announce=lambda text: typer.echo(text, err=as_json),
    )
    try:
        rotation.run()
    except FactoryError as error:
        failed = str(error)
    except KeyboardInterrupt:
        failed = "interrupted"
    if failed:
        typer.secho(f"error: {failed}", fg="red", err=True)
        typer.secho(f"run the same again: ./factory rotate {name} goes on where it was", err=True)
    if as_json:
        done = [asdict(one) for one in rotation.done]
        numbers = stack.file.numbers(name).entry
        document = {"stack": STACK, "name": name, "numbers": numbers, "done": done, "error": failed or None}
        typer.echo(json.dumps(document, indent=1))
    return ExitCode.NOT_SO if failed else ExitCode.DONE
