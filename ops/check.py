"""Run every check of the code; all run even when one fails."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ops.checks.run_checks import CheckResult, run_checks
from ops.cli.exit_code import ExitCode

ROOT = Path(__file__).resolve().parent.parent


def check(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document at the end instead of lines.")
    ] = False,
) -> None:
    """Run every check of the code; all run even when one fails.

    The lock is in step, format, lint, reasons for exceptions, import direction, file layout, generated docs, docs
    in step, stack files, order of the start, links, secret scan, commit subjects, types. Nothing is asked over the
    network.

    Example: `./factory check`, or `./factory check --json | jq .verdict`.
    """
    results = []
    for result in run_checks(ROOT):
        results.append(result)
        if not as_json:
            _print(result)
    passed = all(result.passed for result in results)
    if as_json:
        typer.echo(json.dumps(_document(results, passed=passed), indent=2))
    if not passed:
        raise typer.Exit(ExitCode.NOT_SO)


def _print(result: CheckResult) -> None:
    word = typer.style("ok    ", fg="green") if result.passed else typer.style("FAILED", fg="red")
    typer.echo(f"{word} {result.name:<24}{result.seconds:6.1f} s")
    for finding in result.findings:
        typer.echo(f"         {finding}")


def _document(results: list[CheckResult], *, passed: bool) -> dict[str, object]:
    return {
        "verdict": "passed" if passed else "failed",
        "checks": [
            {"name": one.name, "passed": one.passed, "seconds": round(one.seconds, 3), "findings": one.findings}
            for one in results
        ],
    }
