"""The options that the verbs of a stack share."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from ops.target import Target, choose_target

EngineChoice = Literal["auto", "pulumi", "embedded"]

StackName = Annotated[str, typer.Argument(help="Name of the stack: postgres.", metavar="STACK")]
EngineOption = Annotated[
    EngineChoice,
    typer.Option("--engine", help="auto takes the official CLI when it is on PATH, else the embedded engine."),
]
FolderOption = Annotated[
    Path, typer.Option("--cwd", help="Folder of Pulumi.yaml.", file_okay=False, exists=True, resolve_path=True)
]
TargetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        help="A URN: act on that resource only; may be repeated. The word production, or FACTORY_TARGET=production in "
        "the environment: this run may reach production.",
        metavar="URN|production",
    ),
]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show every property of what is created or read.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
RefreshOption = Annotated[bool, typer.Option("--refresh", help="Ask the real objects first.")]
PreviewOnlyOption = Annotated[bool, typer.Option("--preview-only", help="Say what would be done, do nothing.")]
ParallelOption = Annotated[int, typer.Option("--parallel", help="How many steps may run at once.", min=1)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class StackRun:
    """One run of one verb, as the command line describes it."""

    verb: Literal["preview", "up", "refresh", "destroy"]
    stack: str
    folder: Path
    targets: tuple[str, ...] = ()
    refresh: bool = False
    preview_only: bool = False
    diff: bool = False
    as_json: bool = False
    yes: bool = False
    parallel: int = 16
    saved_plan: Path | None = None
    """Plan that the official CLI keeps to."""

    @property
    def changes(self) -> bool:
        """Whether anything may be changed."""
        return self.verb != "preview" and not self.preview_only


def split_targets(given: list[str] | None) -> tuple[tuple[str, ...], bool]:
    """Return the URNs among the values of `--target`, and whether production is meant.

    Raises:
        typer.BadParameter: a value is neither.

    """
    urns = tuple(value for value in given or () if value.startswith("urn:pulumi:"))
    words = [value for value in given or () if value not in urns]
    for value in words:
        if value not in get_args(Target):
            raise typer.BadParameter(
                f"expected a URN such as urn:pulumi:postgres::factory::…, or production, found {value!r}",
                param_hint="--target",
            )
    return urns, choose_target(words[-1] if words else None)
