"""Show what up would do, with the digest that apply asks for."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.backend import StateError
from engine.pending import PendingError
from engine.project import ProjectError
from engine.secrets import PassphraseError
from ops.cli.exit_code import ExitCode
from ops.engines.options import EngineOption, FolderOption, JsonOption, StackName
from ops.gate.chosen_program import chosen_program
from ops.gate.make_plan import make_plan
from ops.gate.plan import Plan
from ops.gate.previewing import previewing
from ops.gate.publish import publish
from ops.gate.refused_error import RefusedError
from ops.gate.shown_plan import shown_plan
from ops.page.of_gate_plan import content_of
from ops.page.render import render
from ops.target import ProductionOption, choose_target
from provider.factory_error import FactoryError

ReviewOption = Annotated[
    str, typer.Option("--review", help="Pull request that the plan is for: org/repository#12.", metavar="NAME")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write the plan to this file as well.", dir_okay=False)]

CommentOption = Annotated[
    bool, typer.Option("--comment", help="Write the plan on the pull request of --review, over the last one.")
]


def plan(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    *,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: ProductionOption = None,
    review: ReviewOption = "",
    out: OutOption = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write a page for people to this file.", dir_okay=False)
    ] = None,
    comment: CommentOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what up would do, with the digest that apply asks for.

    The real objects are asked; nothing is changed.

    Example: `./factory plan postgres --target production`.
    """
    production = choose_target(target)
    program = chosen_program(engine, cwd, production=production, verb="plan", stack=stack, quiet=as_json)
    try:
        found = _planned(cwd, stack, review=review, program=program)
        if comment:
            publish(found)
    except (ProjectError, PassphraseError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (StateError, PendingError, RefusedError, FactoryError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    document = found.model_dump_json(indent=1)
    if out is not None:
        out.write_text(document, encoding="utf-8")
    if page is not None:
        page.write_text(render(content_of(found)), encoding="utf-8")
    for line in [document] if as_json else shown_plan(found):
        typer.echo(line)
    if found.faults:
        raise typer.Exit(ExitCode.NOT_SO)


def _planned(folder: Path, stack: str, *, review: str, program: str | None) -> Plan:
    with tempfile.TemporaryDirectory(prefix="factory-plan-") as own:
        asked = previewing(program, saved=Path(own) / "plan.json")
        return make_plan(folder, stack, review=review, previewing=asked)
