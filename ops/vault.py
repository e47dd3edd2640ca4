"""Initialise and unseal Vault, without any engine."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption, YesOption
from ops.target import ProductionOption, say_target
from ops.vault_keys.chosen_vault import NoVaultError, chosen_vault
from ops.vault_keys.restore_snapshot import restore_snapshot
from ops.vault_keys.shares_by_hand import shares_by_hand
from ops.vault_keys.shown import shown
from provider.factory_error import FactoryError
from provider.vault_seal.seal_case import SealCase
from provider.vault_seal.vault_seal import VaultSeal

CaOption = Annotated[
    Path | None,
    typer.Option("--ca", help="Certificates to trust; else those kept beside the key file.", dir_okay=False),
]
ByHandOption = Annotated[
    bool, typer.Option("--by-hand", help="Take shares from standard input, one a line, instead of the key file.")
]
CancelOption = Annotated[
    bool, typer.Option("--cancel-other", help="Cancel a root token that a killed run, or somebody else, is making.")
]
Command = Annotated[list[str], typer.Argument(help="What to run, with VAULT_TOKEN set.", metavar="COMMAND...")]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command()
def status(
    *,
    target: ProductionOption = None,
    ca: CaOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say how Vault and its keys are, and what helps. Exit code 1 unless it serves and its keys are here.

    Example: `./factory vault status --target production`
    """
    say_target("vault status", target)
    with _told():
        vault = chosen_vault(cwd, ca_file=ca)
        _end(vault.seal, as_json=as_json)


@app.command()
def init(
    *,
    target: ProductionOption = None,
    ca: CaOption = None,
    cwd: FolderOption = Path(),
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Have a new Vault make its keys, keep them, unseal it, and revoke its root token. It can be done once.

    Example: `./factory vault init --ca lab-root.pem --target production`
    """
    say_target("vault init", target)
    with _told():
        vault = chosen_vault(cwd, ca_file=ca)
        order, seal = vault.order, vault.seal
        question = f"initialise Vault at {seal.api.url} with {order.shares} shares, of which {order.threshold} open it?"
        if not yes and not typer.confirm(question, err=True):
            raise typer.Exit(ExitCode.NOT_SO)
        seal.initialise(order)
        typer.secho(f"the keys are in {seal.file.path}: keep them a second time, outside the lab", err=True)
        if not order.recipients:
            seal.unseal()
        _end(seal, as_json=as_json)


@app.command()
def unseal(
    *,
    target: ProductionOption = None,
    ca: CaOption = None,
    cwd: FolderOption = Path(),
    by_hand: ByHandOption = False,
    as_json: JsonOption = False,
) -> None:
    """Unseal Vault with the kept shares, or with shares that somebody brings; says how many are still needed.

    After a power cut this comes before any refresh: a sealed Vault answers no question about what it holds.

    Example: `./factory vault unseal --target production`
    """
    say_target("vault unseal", target)
    with _told():
        seal = chosen_vault(cwd, ca_file=ca).seal
        if not by_hand:
            seal.unseal()
            _end(seal, as_json=as_json)
            return
        for share in shares_by_hand(seal.api.status().needed):
            found = seal.unseal_by_hand([share])
            if found.sealed:
                typer.secho(f"{found.given} of {found.threshold} given, {found.needed} still needed", err=True)
        if seal.api.status().sealed:
            _end(seal, as_json=as_json)
            return
        # Whoever brings a share need not have a key file.
        if as_json:
            typer.echo(json.dumps(shown(seal, seal.look()), indent=1))
        else:
            typer.secho(f"Vault at {seal.api.url} is unsealed", fg="green")


@app.command()
def restore(
    snapshot: Annotated[Path, typer.Argument(help="Snapshot of its storage.", metavar="SNAPSHOT", dir_okay=False)],
    *,
    target: ProductionOption = None,
    ca: CaOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Put a snapshot into a Vault that has lost its data, and open it with the kept shares, which it was made with.

    A Vault that holds data is refused. After a cut the same command continues.

    Example: `./factory vault restore vault/vault.snap --target production`
    """
    say_target("vault restore", target)
    with _told():
        seal = chosen_vault(cwd, ca_file=ca).seal
        restore_snapshot(seal, snapshot)
        _end(seal, as_json=as_json)


@app.command()
def run(
    command: Command,
    *,
    target: ProductionOption = None,
    ca: CaOption = None,
    cwd: FolderOption = Path(),
    cancel_other: CancelOption = False,
) -> None:
    """Run a command with a token of the rights of the stack main, made from the shares and revoked afterwards.

    For the first run of the stack `main`, when no workflow can log in yet, and for a lab whose logins are broken. The
    exit code is that of the command.

    Example: `./factory vault run --target production -- ./factory up main --target production`
    """
    from ops.vault_keys.short_token import short_token  # noqa: PLC0415 - loads Pulumi, which only this verb needs

    if shutil.which(command[0]) is None:
        raise typer.BadParameter(f"no such program: {command[0]}", param_hint="COMMAND")
    say_target("vault run", target)
    with _told():
        seal = chosen_vault(cwd, ca_file=ca).seal
        if cancel_other:
            seal.api.call("DELETE", "sys/generate-root/attempt")
        seal.unseal()
        with short_token(seal.api, seal.plain_shares()) as token:
            code = subprocess.run(command, env={**os.environ, "VAULT_TOKEN": token}, check=False).returncode
    raise typer.Exit(code)


def _end(seal: VaultSeal, *, as_json: bool) -> None:
    """Print how it is, and end with 1 unless it serves and its keys are here."""
    look = seal.look()
    document = shown(seal, look)
    if as_json:
        typer.echo(json.dumps(document, indent=1))
    else:
        typer.secho(str(document["says"]), fg="green" if look.case is SealCase.UNSEALED else "yellow")
    if look.case is not SealCase.UNSEALED:
        raise typer.Exit(ExitCode.NOT_SO)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell an error without a traceback."""
    try:
        yield
    except NoVaultError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except FactoryError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
