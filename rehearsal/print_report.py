"""The report on a terminal."""

from rich.console import Console
from rich.table import Table

from rehearsal.report import Report, counts


def print_report(report: Report, *, console: Console) -> None:
    """Print what every run did, the parity table and the verdict; the checks were printed while they ran."""
    for stack, runs in report.runs.items():
        for name, run in runs.items():
            figures = ", ".join(f"{number} {word}" for word, number in counts(run).items())
            console.print(f"stack {stack}, {name} up: {figures} in {run.seconds:.1f} s", markup=False)
    table = Table("part", "production", "stood here", "same", title="Parity", title_justify="left")
    for part in report.parts:
        table.add_row(part.name, part.production, part.used, "yes" if part.same else "[yellow]no[/]")
    console.print(table)
    if report.passed:
        passed = sum(1 for check in report.checks if check.passed)
        limits = [f"{len(report.checks) - passed} not enforceable"] if passed < len(report.checks) else []
        said = ", ".join([f"passed: {passed} checks", *limits])
        console.print(f"{said} in {report.whole_seconds:.0f} s", style="bold green")
        return
    console.print(f"FAILED: {len(report.failed)} of {len(report.checks)} checks", style="bold red")
    for name in report.failed:
        console.print(f"  {name}", style="red", markup=False)
