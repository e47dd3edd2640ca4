"""Say what changed behind our back, over all stacks."""

import dataclasses
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.drift_watch.backup_findings import STACK, backup_findings
from ops.drift_watch.drift_finding import DriftFinding
from ops.drift_watch.lab_issue import LabIssue
from ops.drift_watch.look import look
from ops.engines.options import EngineChoice, EngineOption, FolderOption, JsonOption
from ops.gate.forge import REPOSITORY, forge, run_address
from ops.gate.refused_error import RefusedError
from ops.page.content import Content, Verdict
from ops.page.render import render
from ops.target import ProductionOption, choose_target, first_line
from provider.factory_error import FactoryError

ORDER = ("hosts", "postgres", "main")


def drift(  # noqa: PLR0913  # one parameter for each option
    stacks: Annotated[
        list[str] | None, typer.Argument(help="Stacks to ask; all without one.", metavar="[STACK]...")
    ] = None,
    *,
    issue: Annotated[
        bool, typer.Option("--issue", help="Write the lab's issue on the forge, or close it when all is clean.")
    ] = False,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write a page for people to this file.", dir_okay=False)
    ] = None,
    target: ProductionOption = None,
    engine: EngineOption = "auto",
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say what changed behind our back, over all stacks.

    All objects are asked, in the cloud and on the hosts, and nothing is recorded. Silent, with exit code 0, when all
    is as the stacks left it; exit code 1 when something drifted or could not be asked, which is said as such.

    Example: `./factory drift`, or `./factory drift hosts postgres --issue` on a schedule
    """
    chosen = stacks or [name for name in ORDER if (cwd / f"Pulumi.{name}.yaml").exists()]
    if not chosen:
        typer.secho(
            f"error: expected stack files such as Pulumi.postgres.yaml in {cwd}, found none", fg="red", err=True
        )
        raise typer.Exit(ExitCode.WRONG_USE)
    production = choose_target(target)
    findings = _look(cwd, chosen, engine=engine)
    if STACK in chosen:
        findings += backup_findings(cwd, now=datetime.now(UTC))
    if findings:  # a clean run is silent
        typer.secho(first_line(f"drift {' '.join(chosen)}", production=production), bold=True, err=True)
    if page is not None:
        page.write_text(render(_content(chosen, findings)), encoding="utf-8")
    if as_json:
        typer.echo(
            json.dumps({"stacks": chosen, "findings": [dataclasses.asdict(each) for each in findings]}, indent=1)
        )
    else:
        _print(findings)
    if issue:
        _write_issue(findings, asked=chosen)
    if findings:
        raise typer.Exit(ExitCode.NOT_SO)


def _look(folder: Path, stacks: Sequence[str], *, engine: EngineChoice) -> list[DriftFinding]:
    """Ask the stacks side by side; they wait for servers most of the time."""
    with ThreadPoolExecutor(len(stacks)) as beside:
        looks = [beside.submit(look, folder, stack, engine=engine) for stack in stacks]
        return [finding for each in looks for finding in each.result()]


def _print(findings: Sequence[DriftFinding]) -> None:
    remedies: dict[str, None] = {}
    for finding in findings:
        colour = "yellow" if finding.state == "not reached" else "red"
        typer.secho(f"{finding.state}: {finding.name} in {finding.stack}", fg=colour, nl=False)
        typer.echo(f" ({finding.type})" if finding.type else "")
        for each in finding.what:
            typer.echo(f"  {each}")
        remedies |= dict.fromkeys(finding.remedies)
    for remedy in remedies:
        typer.echo(remedy)


def _write_issue(findings: Sequence[DriftFinding], *, asked: Sequence[str]) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")
    try:
        issue = LabIssue(api=forge(), repository=_repository())
        done = issue.show(findings, asked=asked, now=now, run=run_address())
    except (RefusedError, FactoryError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    if done != "nothing":
        typer.echo(f"the drift issue of {issue.repository}: {done}", err=True)


def _repository() -> str:
    repository = os.environ.get(REPOSITORY, "")
    if not repository:
        raise RefusedError(f"{REPOSITORY} is not set. Expected the repository with the issue, such as org/factory")
    return repository


def _content(stacks: Sequence[str], findings: Sequence[DriftFinding]) -> Content:
    words = f"{len(findings)} in {', '.join(sorted({each.stack for each in findings}))}"
    return Content(
        title="Drift",
        verdict=words if findings else f"none in {', '.join(stacks)}",
        good=not findings,
        verdicts=[
            Verdict(
                name=f"{each.stack}: {each.name}",
                word="drifted" if each.state in ("changed", "gone") else each.state,
                text="\n".join([*([each.state] if each.state == "gone" else []), *each.what, *each.remedies]),
            )
            for each in findings
        ],
    )
