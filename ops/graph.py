"""Draw the resources of a stack as one picture."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import EngineOption, FolderOption, StackName
from ops.resource_graph.families import families, needs
from ops.resource_graph.resource_node import resource_nodes
from ops.resource_graph.stack_state import NoStateError, stack_state
from ops.resource_graph.svg import svg


def graph(
    stack: StackName,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; STACK.svg without it.", dir_okay=False)
    ] = None,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
) -> None:
    """Draw the resources of a stack as one picture, from its state.

    Each resource directly below the stack is a box with what belongs to it; boxes of one type share a frame, and what
    a frame needs stands to its left. The file stands alone: it opens in any browser, light or dark. A thick border
    marks what is protected.

    Example: `./factory graph postgres --out build/postgres.svg`
    """
    try:
        nodes = resource_nodes(stack_state(cwd, stack, engine=engine))
    except NoStateError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    found = families(nodes)
    file = out or Path(f"{stack}.svg")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(svg(stack, found, needs(nodes)), encoding="utf-8")
    number = sum(len(group.rows) for family in found for group in family.groups)
    typer.echo(f"{file}: {number} resources")
