"""Let a disaster happen to throw-away machines, and recover by the words of its runbook."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ops.cli.exit_code import ExitCode
from ops.runbook.read_page import PAGES
from provider.guard import PRODUCTION, TARGET_VARIABLE
from rehearsal.bring_up import CannotRehearseError
from rehearsal.debian import PackagesMissingError
from rehearsal.descendants import adopt_descendants, end_descendants
from rehearsal.drills.all_drills import ALL_DRILLS
from rehearsal.drills.drill import Drill
from rehearsal.drills.drill_result import DrillResult
from rehearsal.drills.run_drills import run_drills
from rehearsal.interruption import Interrupted, interruption
from rehearsal.machines.requirements import MachinesUnavailableError
from rehearsal.part import PartMissingError
from rehearsal.show import Show
from rehearsal.stack_runner import StackError

ALL, LIST = "all", "list"


def drill(
    name: Annotated[str, typer.Argument(help="One drill, `all`, or `list`.", metavar="NAME|all|list")],
    *,
    pages: Annotated[
        Path, typer.Option("--pages", help="Folder of other runbooks.", exists=True, file_okay=False, metavar="DIR")
    ] = PAGES,
    target: Annotated[
        str | None, typer.Option("--target", envvar=TARGET_VARIABLE, help="Refused if it is production.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Let a disaster happen to throw-away machines, and recover by the words of its runbook.

    The machines are made for it and removed after it; no other can be named. What is typed are the commands in the
    page docs/runbooks/recover-NAME.md and nothing else. RTO: from the disaster to the end of the last command. RPO: the
    age of the newest data that came back. Exit code 1 when a drill did not pass.

    Example: `./factory drill volumes-lost`
    """
    if target == PRODUCTION:
        typer.secho(
            "error: a drill destroys: it knows no machines but its own, and never those of production", err=True
        )
        raise typer.Exit(ExitCode.WRONG_USE)
    if name == LIST:
        _list(as_json=as_json)
        return
    chosen = [each for each in ALL_DRILLS if name in (each.name, ALL)]
    if not chosen:
        known = ", ".join(each.name for each in ALL_DRILLS)
        typer.secho(f"error: no such drill: {name}. Expected {ALL}, {LIST} or one of: {known}", fg="red", err=True)
        raise typer.Exit(ExitCode.WRONG_USE)
    results = _run(chosen, pages=pages)
    if as_json:
        typer.echo(json.dumps({"drills": [result.document() for result in results]}, indent=1))
    else:
        _print(results)
    if not all(result.passed for result in results):
        raise typer.Exit(ExitCode.NOT_SO)


def _run(chosen: list[Drill], *, pages: Path) -> list[DrillResult]:
    show = Show(len(chosen), console=Console(stderr=True, highlight=False, soft_wrap=True))
    adopt_descendants()
    try:
        with interruption(), tempfile.TemporaryDirectory(prefix="factory-drill-") as folder, show:
            Path(folder).chmod(0o711)
            try:
                return run_drills(chosen, Path(folder).resolve(), pages=pages, show=show)
            finally:
                end_descendants()
    except (CannotRehearseError, MachinesUnavailableError, PackagesMissingError, PartMissingError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except StackError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    except Interrupted as interrupted:
        typer.echo(f"interrupted by {interrupted}; nothing is left running", err=True)
        raise typer.Exit(interrupted.exit_code) from interrupted


def _list(*, as_json: bool) -> None:
    if as_json:
        typer.echo(
            json.dumps({each.name: {"summary": each.summary, "page": each.page} for each in ALL_DRILLS}, indent=1)
        )
        return
    for each in ALL_DRILLS:
        typer.echo(f"{each.name:<16} {each.summary}")


def _print(results: list[DrillResult]) -> None:
    table = Table("drill", "passed", "RTO", "RPO", "compared")
    for result in results:
        rpo = "?" if result.rpo_seconds is None else f"{result.rpo_seconds:.0f} s"
        passed = "yes" if result.passed else "NO"
        table.add_row(result.name, passed, f"{result.rto_seconds:.0f} s", rpo, result.compared or result.fault)
    Console(highlight=False).print(table)
