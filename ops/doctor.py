"""Say what this machine has and lacks, or what is wrong with the credentials of a stack."""

import json
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ops.checks.lock_in_step import lock_in_step
from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption
from ops.machine.certificates import certificates
from ops.machine.clock import clock
from ops.machine.disk import disk
from ops.machine.finding import Finding
from ops.machine.key_files import key_files
from ops.machine.locks import locks
from ops.machine.plugins import plugins
from ops.machine.versions import versions
from ops.target import ProductionOption, say_target
from provider.factory_error import FactoryError
from rehearsal.debian import PackagesMissingError, ensure, install_command, missing, needed_packages

ROOT = Path(__file__).resolve().parent.parent
LINUX_PULUMI = "curl -fsSL https://get.pulumi.com | sh"
MAC_PULUMI = "brew install pulumi/tap/pulumi"


def doctor(
    stack: Annotated[
        str, typer.Argument(help="Stack whose credentials are asked; the machine without one.", metavar="[STACK]")
    ] = "",
    *,
    install: Annotated[bool, typer.Option("--install", help="Install what is missing and can be installed.")] = False,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say what this machine has and lacks, or what is wrong with the credentials of a stack.

    Each finding comes with the command that fixes it; --install runs those for Debian packages.

    Without a stack, exit code 3 when something is missing that `./factory test` or `./factory rehearse` needs. With
    one, each credential that the stack needs is tried with one harmless call: exit code 1 when one is refused, 3 when
    one is missing or a server gives no answer.

    Example: `./factory doctor`, or `./factory doctor main --target production`
    """
    if stack:
        say_target(f"doctor {stack}", target)
        _credentials(stack, cwd, as_json=as_json)
        return
    if install:
        _install(quiet=as_json)
    findings = [
        *(_python(), _environment(), versions(ROOT), _packages(), _pulumi(), plugins()),
        *(disk(), clock(), key_files(), certificates(), locks(cwd)),
    ]
    lacking = [finding for finding in findings if finding.needed and not finding.ok]
    if as_json:
        typer.echo(json.dumps({"lacking": bool(lacking), "findings": [asdict(one) for one in findings]}, indent=2))
    else:
        _print(findings)
    if lacking:
        raise typer.Exit(ExitCode.LACKING)


def _install(*, quiet: bool) -> None:
    try:
        done = ensure(needed_packages())
    except PackagesMissingError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    typer.echo(f"installed: {', '.join(done) or 'nothing was missing'}", err=quiet)


def _credentials(stack: str, folder: Path, *, as_json: bool) -> None:
    # Loads the clients of databases and clouds, which the machine's own check does without.
    from ops.credentials.stack_credentials import stack_credentials  # noqa: PLC0415 - see above
    from ops.credentials.unreadable_stack_error import UnreadableStackError  # noqa: PLC0415 - the same
    from ops.credentials.verdict import verdict  # noqa: PLC0415 - the same

    try:
        findings = []
        for finding in stack_credentials(folder, stack).findings():
            findings.append(finding)
            if not as_json:
                typer.secho(finding.state, fg=None if finding.helps else "green", bold=bool(finding.helps), nl=False)
                typer.echo(f": {finding.name}: {finding.found}")
                if finding.helps:
                    typer.echo(f"  {finding.helps}")
    except FactoryError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        code = ExitCode.LACKING if isinstance(error, UnreadableStackError) else ExitCode.NOT_SO
        raise typer.Exit(code) from error
    code = verdict(findings)
    if as_json:
        typer.echo(
            json.dumps({"stack": stack, "ok": not code, "findings": [asdict(one) for one in findings]}, indent=2)
        )
    raise typer.Exit(code)


def _python() -> Finding:
    return Finding(name="Python", found=f"{platform.python_version()} in {sys.prefix}", ok=True)


def _environment() -> Finding:
    stamped = (Path(sys.prefix) / "factory-stamp").exists()
    out_of_step = lock_in_step(ROOT)
    if stamped and not out_of_step:
        return Finding(name="environment", found="made from the requirement files", ok=True)
    if not stamped:
        return Finding(name="environment", found="not made by ./factory", ok=False, fix="rm -r .venv; ./factory")
    return Finding(name="environment", found=out_of_step[0], ok=False, fix="./factory lock")


def _packages() -> Finding:
    absent = missing(needed := needed_packages())
    if not absent:
        return Finding(name="Debian packages", found=", ".join(needed), ok=True)
    return Finding(name="Debian packages", found=f"missing: {', '.join(absent)}", ok=False, fix=install_command(absent))


def _pulumi() -> Finding:
    path = shutil.which("pulumi")
    if path is None:
        fix = MAC_PULUMI if sys.platform == "darwin" else LINUX_PULUMI
        found = "not on PATH: production needs it; tests and rehearsal use the embedded engine"
        return Finding(name="Pulumi CLI", found=found, ok=False, needed=False, fix=fix)
    version = subprocess.run([path, "version"], capture_output=True, text=True, check=False).stdout.strip()
    return Finding(name="Pulumi CLI", found=f"{version} at {path}", ok=True, needed=False)


def _print(findings: list[Finding]) -> None:
    table = Table("", "what", "found")
    for finding in findings:
        word = "[green]ok[/]" if finding.ok else "[red]wrong[/]" if finding.needed else "[yellow]look[/]"
        table.add_row(word, finding.name, escape(finding.found))
    Console().print(table)
    for finding in findings:
        if finding.fix:  # outside the table, so that a command is never wrapped
            typer.echo(f"{finding.name}: {finding.fix}")
