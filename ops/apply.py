"""Apply what was reviewed, or nothing."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.backend import StateError
from engine.lock import LockedError
from engine.pending import PendingError
from engine.project import Project, ProjectError
from engine.report import Outcome, lines
from engine.secrets import PassphraseError
from ops.cli.exit_code import ExitCode
from ops.engines import official
from ops.engines.options import EngineOption, FolderOption, JsonOption, StackName, StackRun
from ops.gate.apply_plan import apply_plan
from ops.gate.chosen_program import chosen_program
from ops.gate.main_branch import require_main_branch
from ops.gate.make_plan import make_plan
from ops.gate.merged_review import merged_review
from ops.gate.plan import Plan
from ops.gate.plan_in_own_process import plan_in_own_process
from ops.gate.previewing import previewing
from ops.gate.refused_error import RefusedError
from ops.gate.require_reviewed import require_reviewed
from ops.gate.require_rules import require_rules
from ops.plan import ReviewOption
from ops.state_bucket.state_guard import state_guard
from ops.target import ProductionOption, choose_target
from provider.factory_error import FactoryError

PAIR = 2
ReviewedOption = Annotated[
    str, typer.Option("--reviewed", help="Digest that was reviewed, or file of `plan --out`.", metavar="DIGEST|FILE")
]

WaiveOption = Annotated[
    list[str] | None,
    typer.Option("--waive", help="A dangerous step that is meant; may be repeated.", metavar="TYPE NAME"),
]


def apply(  # noqa: PLR0913  # one parameter for each option
    stack: StackName,
    *,
    reviewed: ReviewedOption = "",
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    target: ProductionOption = None,
    review: ReviewOption = "",
    waive: WaiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Apply what was reviewed, or nothing.

    Without --reviewed the digest is read from the pull request whose merge is checked out. The
    plan is made again. Unless its digest is the reviewed one nothing is applied, exit 1, and it says what differs.

    Example: `./factory apply postgres --target production --reviewed g1-…`.
    """
    production = choose_target(target)
    program = chosen_program(engine, cwd, production=production, verb="apply", stack=stack, quiet=as_json)
    try:
        require_main_branch(Project.load(cwd).program)
        given, details = _reviewed(reviewed)
        allowed = _allowed(waive)
        if not reviewed:
            merged = merged_review(Project.load(cwd).name, stack)
            review, given, allowed = merged.review, merged.digest, merged.allowed
        with state_guard(cwd, stack) as guard, tempfile.TemporaryDirectory(prefix="factory-plan-") as own:
            saved = Path(own) / "plan.json"
            found = _planned(cwd, stack, review=review, program=program, saved=saved)
            require_reviewed(found, reviewed=given, details=details)
            require_rules(found, allowed=allowed)
            if program is None:
                code = _said(apply_plan(cwd, found), as_json=as_json)
            else:
                order = StackRun(
                    verb="up", stack=stack, folder=cwd, refresh=True, yes=True, as_json=as_json, saved_plan=saved
                )  # fmt: skip
                guard.require_unmoved()
                code = official.run(order)
                guard.require_alone()
    except (ProjectError, PassphraseError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (RefusedError, StateError, LockedError, PendingError, FactoryError) as error:
        typer.secho(f"refused: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    raise typer.Exit(code)


def _planned(folder: Path, stack: str, *, review: str, program: str | None, saved: Path) -> Plan:
    if program is None:
        return plan_in_own_process(folder, stack, review=review)
    return make_plan(folder, stack, review=review, previewing=previewing(program, saved=saved))


def _said(outcome: Outcome, *, as_json: bool) -> ExitCode:
    for line in [json.dumps(outcome.document(), indent=1)] if as_json else lines(outcome, details=False):
        typer.echo(line)
    for diagnostic in outcome.diagnostics:
        typer.echo(f"{diagnostic.severity}: {diagnostic.message}", err=True)
    return ExitCode.DONE if outcome.succeeded else ExitCode.NOT_SO


def _reviewed(given: str) -> tuple[str, dict[str, dict[str, str]] | None]:
    """Return the digest and, from a file, what it was made of."""
    file = Path(given)
    if given.startswith("g1-") or not file.is_file():
        return given.strip(), None
    try:
        plan = Plan.model_validate_json(file.read_text(encoding="utf-8"))
    except ValueError:
        raise RefusedError(f"{file}: expected a plan that `./factory plan --out` wrote") from None
    return plan.digest, {part: dict(items) for part, items in plan.parts.items()}


def _allowed(given: list[str] | None) -> frozenset[tuple[str, str]]:
    pairs = [value.split() for value in given or []]
    if any(len(pair) != PAIR for pair in pairs):
        raise typer.BadParameter("expected type and name, for example 'postgresql:index/database:Database erp'")
    return frozenset((kind, name) for kind, name in pairs)
