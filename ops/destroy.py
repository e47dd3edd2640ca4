"""Delete what a stack made; protected resources are refused."""

from pathlib import Path

from ops.engines.options import (
    DiffOption,
    EngineOption,
    FolderOption,
    JsonOption,
    ParallelOption,
    PreviewOnlyOption,
    StackName,
    StackRun,
    TargetOption,
    YesOption,
    split_targets,
)
from ops.engines.stack_verb import run_verb


def destroy(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    *,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: TargetOption = None,
    preview_only: PreviewOnlyOption = False,
    yes: YesOption = False,
    diff: DiffOption = False,
    as_json: JsonOption = False,
    parallel: ParallelOption = 16,
) -> None:
    """Delete what a stack made; protected resources are refused.

    What is protected stays, and so does all that it needs.

    Example: `./factory destroy postgres --preview-only`.
    """
    urns, production = split_targets(target)
    order = StackRun(
        verb="destroy",
        stack=stack,
        folder=cwd,
        targets=urns,
        preview_only=preview_only,
        yes=yes,
        diff=diff,
        as_json=as_json,
        parallel=parallel,
    )
    run_verb(order, engine=engine, production=production)
