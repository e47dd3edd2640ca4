"""Show what up would do, and change nothing."""

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
    split_targets,
)
from ops.engines.stack_verb import run_verb


def preview(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    *,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: TargetOption = None,
    refresh: RefreshOption = False,
    diff: DiffOption = False,
    as_json: JsonOption = False,
    parallel: ParallelOption = 16,
) -> None:
    """Show what up would do, and change nothing.

    A tree of changes with the difference of each property; secrets appear as `[secret]`.

    Example: `./factory preview postgres --refresh`.
    """
    urns, production = split_targets(target)
    order = StackRun(
        verb="preview",
        stack=stack,
        folder=cwd,
        targets=urns,
        refresh=refresh,
        diff=diff,
        as_json=as_json,
        parallel=parallel,
    )
    run_verb(order, engine=engine, production=production)
