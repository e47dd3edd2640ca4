"""Rehearse the lab in a throw-away copy."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import EngineOption
from rehearsal.bring_up import CHECKOUT, CannotRehearseError, Providers, Wishes
from rehearsal.debian import PackagesMissingError, ensure
from rehearsal.interruption import Interrupted
from rehearsal.part import PartMissingError
from rehearsal.print_report import print_report
from rehearsal.rehearse import number_of_checks
from rehearsal.report_page import write_page
from rehearsal.servers.server_process import ServerError
from rehearsal.show import Show
from rehearsal.stack_runner import StackError
from rehearsal.supervised import rehearse_supervised
from stacks.faults import RefusedSettingsError

PACKAGES = ("pgbouncer",)


def rehearse(  # noqa: PLR0913  # one parameter for each option
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the rehearsal's folder; its processes end.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write report.json and report.md there.", metavar="DIR")
    ] = None,
    providers: Annotated[
        Providers, typer.Option("--providers", help="auto takes the official plugin where it is installed.")
    ] = "auto",
    engine: EngineOption = "auto",
    edge: Annotated[
        bool, typer.Option("--edge/--no-edge", help="Rehearse the stack main as well, on servers and doubles.")
    ] = True,
    gate: Annotated[
        bool, typer.Option("--gate/--no-gate", help="Rehearse a pull request as well, on the Gitea of the stack main.")
    ] = True,
    machines: Annotated[
        bool, typer.Option("--machines/--no-machines", help="Rehearse the stack hosts as well, on machines.")
    ] = True,
    cluster: Annotated[
        bool,
        typer.Option("--cluster/--no-cluster", help="Give the machines k3s as well, by its stand-in, and upgrade it."),
    ] = True,
    upgrades: Annotated[
        bool,
        typer.Option("--upgrades", help="Interrupt an upgrade of k3s in every step, type one, and add a node too."),
    ] = False,
    all_cuts: Annotated[
        bool,
        typer.Option("--all-cuts", help="Cut power and network in every layer too: two more bring-ups."),
    ] = False,
    program: Annotated[
        Path, typer.Option("--program", help="Rehearse the program of another checkout.", exists=True, file_okay=False)
    ] = CHECKOUT,
) -> None:
    """Rehearse the lab in a throw-away copy.

    The stack postgres on a real PostgreSQL and PgBouncer, the stack main on top of it with a real Vault, a real Gitea
    and doubles of the clouds, and a pull request on that Gitea, from its plan to the apply of its merge; then the stack
    hosts on three Debian machines of its own, with a cluster by what stands for k3s, and the stack postgres again on
    what it made there. The settings are those of production with addresses replaced, and each thing that production
    must be able to do is a named check. Exit code 0 only when every check passed.

    Example: `./factory rehearse --report build/rehearsal`
    """
    if upgrades and not cluster:
        raise typer.BadParameter("expected --upgrades with a cluster, found --no-cluster")
    try:
        ensure(PACKAGES)
        wishes = Wishes(
            program=program.resolve(),
            providers=providers,
            engine=engine,
            edge=edge,
            gate=gate,
            machines=machines,
            cluster=cluster,
            upgrades=upgrades,
            all_cuts=all_cuts,
        )
        show = Show(number_of_checks(edge=edge, gate=gate))
        result, folder = rehearse_supervised(wishes, show=show, keep=keep)
    except (CannotRehearseError, PackagesMissingError, PartMissingError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (RefusedSettingsError, ServerError, StackError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    except Interrupted as interrupted:
        typer.echo(f"interrupted by {interrupted}; nothing is left running", err=True)
        raise typer.Exit(interrupted.exit_code) from interrupted
    print_report(result, console=show.console)
    if report is not None:
        result.write(report)
        page = write_page(result, report)
        typer.echo(f"report: {report / 'report.json'}, {report / 'report.md'}, {page}")
    if keep:
        typer.echo(f"kept: {folder}")
    if not result.passed:
        raise typer.Exit(ExitCode.NOT_SO)
