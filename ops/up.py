"""Bring a stack to what the program declares."""

from pathlib import Path

from ops.engines.options import (
    DiffOption,
    EngineOption,
    FolderOption,
    JsonOption,
    ParallelOption,
    RefreshOption,
    StackName,
    StackRun,
    TargetOption,
    YesOption,
    split_targets,
)
from ops.engines.stack_verb import run_verb


def up(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    *,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: TargetOption = None,
    refresh: RefreshOption = False,
    yes: YesOption = False,
    diff: DiffOption = False,
    as_json: JsonOption = False,
    parallel: ParallelOption = 16,
) -> None:
    """Bring a stack to what the program declares.

    Without --yes the plan is shown first and a person is asked.

    Example: `./factory up postgres --target production`.
    """
    urns, production = split_targets(target)
    order = StackRun(
        verb="up",
        stack=stack,
        folder=cwd,
        targets=urns,
        refresh=refresh,
        yes=yes,
        diff=diff,
        as_json=as_json,
        parallel=parallel,
    )
    run_verb(order, engine=engine, production=production)
