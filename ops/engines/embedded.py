"""Runs a verb with the embedded engine, in this process, with live progress on a terminal."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine.backend import Backend, StateError
from engine.lock import LockedError
from engine.pending import PendingError
from engine.project import Project, ProjectError
from engine.report import Outcome, lines
from engine.run import PROGRESS, Diagnostic, Options, Record
from engine.secrets import PassphraseError
from engine.session import Action, Listener, Session
from engine.urn import split
from engine.verbs import run_verb
from ops.cli.exit_code import ExitCode
from ops.engines.import_advice import TAKEN, import_advice
from ops.engines.options import StackRun

_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


def run(order: StackRun) -> ExitCode:
    """Run *order* and print what came of it."""
    options = Options(
        preview=not order.changes,
        refresh=order.refresh,
        parallel=order.parallel,
        targets=frozenset(order.targets),
    )

    def work(listener: Listener | None) -> Outcome:
        outcome = run_verb(order.folder, order.stack, verb=order.verb, options=options, listener=listener)
        if order.verb == "up" and not outcome.succeeded:
            _advise(order, outcome)
        return outcome

    return report(work, verb=order.verb, stack=order.stack, as_json=order.as_json, diff=order.diff)


def perform(folder: Path, stack: str, *, verb: str, action: Action, as_json: bool) -> ExitCode:
    """Run *action* on *stack*, which it may change."""
    return report(
        lambda listener: Session(
            folder, stack, verb=verb, action=action, options=Options(), listener=listener
        ).execute(),
        verb=verb,
        stack=stack,
        as_json=as_json,
    )


def report(
    work: Callable[[Listener | None], Outcome], *, verb: str, stack: str, as_json: bool, diff: bool = False
) -> ExitCode:
    """Do *work* and print what came of it; every expected failure is one sentence on standard error."""
    try:
        with _progress(quiet=as_json) as listener:
            outcome = work(listener)
    except (ProjectError, PassphraseError) as error:
        _refuse(error, verb=verb, stack=stack, as_json=as_json)
        return ExitCode.LACKING
    except (StateError, LockedError, PendingError) as error:
        _refuse(error, verb=verb, stack=stack, as_json=as_json)
        return ExitCode.NOT_SO
    except OSError as error:
        lost = StateError(f"the state could not be written: {error.strerror}; the last one is intact")
        _refuse(lost, verb=verb, stack=stack, as_json=as_json)
        return ExitCode.NOT_SO
    _print(outcome, as_json=as_json, diff=diff)
    return ExitCode.DONE if outcome.succeeded else ExitCode.NOT_SO


def _advise(order: StackRun, outcome: Outcome) -> None:
    """Name the command that takes over what was there."""
    if not any(TAKEN.search(said.message) for said in outcome.diagnostics):
        return
    urns = [resource.urn for resource in Backend(Project.load(order.folder), order.stack).load().resources]
    for sentence in import_advice(outcome.diagnostics, stack=order.stack, urns=urns):
        typer.secho(sentence, fg="yellow", err=True)


def _refuse(error: Exception, *, verb: str, stack: str, as_json: bool) -> None:
    typer.secho(f"error: {error}", fg="red", err=True)
    if as_json:
        refused = Outcome.refused(verb=verb, project="", stack=stack, message=str(error))
        typer.echo(json.dumps(refused.document(), indent=1))


def _print(outcome: Outcome, *, as_json: bool, diff: bool) -> None:
    if as_json:
        typer.echo(json.dumps(outcome.document(), indent=1))
        return
    for line in lines(outcome, details=diff):
        typer.echo(line)
    for diagnostic in outcome.diagnostics:
        where = f" ({split(diagnostic.urn).name})" if diagnostic.urn else ""
        typer.secho(
            f"{diagnostic.severity}{where}: {diagnostic.message}", fg=_COLOURS.get(diagnostic.severity), err=True
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Listener | None]:
    """Yield a listener that shows what is being done; nothing without a terminal, in CI or with *quiet*."""
    console = Console(stderr=True)
    if quiet or not sys.stderr.isatty() or os.environ.get("CI"):
        yield None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def listen(event: Record | Diagnostic) -> None:
            if isinstance(event, Record):
                progress.update(task, advance=1, description=f"{event.op} {split(event.urn).name}"[:60])
            elif event.severity == PROGRESS and event.urn:
                progress.update(task, description=f"{split(event.urn).name}: {event.message}"[:60])

        yield listen
