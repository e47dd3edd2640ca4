"""Ask the real objects how they are and record that."""

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


def refresh(  # noqa: PLR0913  # one parameter for each option
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
    """Ask the real objects how they are and record that.

    With --preview-only nothing is recorded: it is a report of drift.

    Example: `./factory refresh postgres --preview-only`.
    """
    urns, production = split_targets(target)
    order = StackRun(
        verb="refresh",
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
