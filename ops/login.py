"""Run one command with the token that Vault gives to this workflow."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated, Literal

import typer

from components.workflow_login import CLIENT_SECRETS
from ops.cli.exit_code import ExitCode
from ops.credentials.asking import Place
from ops.credentials.stack_settings import stack_settings
from ops.credentials.unreadable_stack_error import UnreadableStackError
from ops.credentials.unusable_error import UnusableError
from ops.engines.options import FolderOption
from ops.gate.main_branch import require_main_branch
from ops.gate.refused_error import RefusedError
from ops.gate.vault_login import vault_login
from ops.identity.forge_login import VARIABLES
from ops.identity.id_token import REQUEST_TOKEN, REQUEST_URL, id_token
from ops.identity.no_identity_error import NoIdentityError
from ops.target import ProductionOption, say_target
from provider.guard import ProductionRefusedError, refuse_production
from stacks.credentials import VAULT_JWT, VAULT_TOKEN
from stacks.faults import RefusedSettingsError
from stacks.main_settings import read_main_settings

ROLES = {"plan": "gitea_cicd_plan", "apply": "gitea_cicd"}
MOUNT = "gitea_jwt"
CLIENT = CLIENT_SECRETS["client_id"]
"""Its id is the audience, where the stack makes the client."""
OWN = (REQUEST_URL, REQUEST_TOKEN, VAULT_JWT, *VARIABLES)
"""What the command itself does not need."""

ForOption = Annotated[Literal["plan", "apply"], typer.Option("--for", help="Read only, or whatever the stacks need.")]
Command = Annotated[list[str], typer.Argument(help="Command.", metavar="COMMAND...")]


def login(command: Command, *, purpose: ForOption, cwd: FolderOption = Path(), target: ProductionOption = None) -> None:
    """Run one command with the token that Vault gives to this workflow.

    A token of the workflow that is there already is taken, else the forge is asked for one. Vault's is in
    the environment of that command alone and is revoked afterwards. The exit code is the command's.

    Example: `./factory login --for plan -- ./factory plan main`.
    """
    if shutil.which(command[0]) is None:
        raise typer.BadParameter(f"no such program: {command[0]}", param_hint="COMMAND")
    say_target("login", target)
    environment = dict(os.environ)
    try:
        settings = read_main_settings(stack_settings(cwd, "main"))
        refuse_production({"settings.vault.url": settings.vault.url}, environment)
        if purpose == "apply":
            require_main_branch(cwd)
        ca = Path(settings.ca_file).read_text(encoding="utf-8")
        given = environment.get(VAULT_JWT, "").strip()
        audience = settings.tokens.audience or environment.get(CLIENT, "")
        jwt = given or id_token(audience, environment, authority=ca)
        with vault_login(Place(url=settings.vault.url, ca=ca), mount=MOUNT, role=ROLES[purpose], jwt=jwt) as token:
            kept = {name: value for name, value in environment.items() if name not in OWN}
            code = subprocess.run(command, env={**kept, VAULT_TOKEN: token}, check=False).returncode
    except (UnreadableStackError, RefusedSettingsError, UnusableError, NoIdentityError, OSError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (RefusedError, ProductionRefusedError) as error:
        typer.secho(f"refused: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    raise typer.Exit(code)
