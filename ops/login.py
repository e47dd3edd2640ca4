"""Run one command with the token that Vault gives to this workflow."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated, Literal

import typer

from ops.cli.exit_code import ExitCode
from ops.credentials.asking import Place
from ops.credentials.stack_settings import stack_settings
from ops.credentials.unreadable_stack_error import UnreadableStackError
from ops.credentials.unusable_error import UnusableError
from ops.engines.options import PRODUCTION, FolderOption, TargetOption, split_targets
from ops.gate.main_branch import require_main_branch
from ops.gate.refused_error import RefusedError
from ops.gate.vault_login import vault_login
from ops.gate.workflow_jwt import ID_TOKEN, REFRESH, REQUEST_TOKEN, REQUEST_URL, workflow_jwt
from provider.guard import ProductionRefusedError, refuse_production
from stacks.faults import RefusedSettingsError
from stacks.main_settings import read_main_settings

ROLES = {"plan": "gitea_cicd_plan", "apply": "gitea_cicd"}
MOUNT = "gitea_jwt"
OWN = (REQUEST_URL, REQUEST_TOKEN, ID_TOKEN, *REFRESH)
"""What the command itself does not need."""

ForOption = Annotated[Literal["plan", "apply"], typer.Option("--for", help="Read only, or whatever the stacks need.")]
Command = Annotated[list[str], typer.Argument(help="Command.", metavar="COMMAND...")]


def login(command: Command, *, purpose: ForOption, cwd: FolderOption = Path(), target: TargetOption = None) -> None:
    """Run one command with the token that Vault gives to this workflow.

    The token is in the environment of that command alone and is revoked afterwards. The exit code is the command's.

    Example: `./factory login --for plan -- ./factory plan main`.
    """
    if shutil.which(command[0]) is None:
        raise typer.BadParameter(f"no such program: {command[0]}", param_hint="COMMAND")
    production = split_targets(target)[1]
    environment = {**os.environ, **({"FACTORY_TARGET": PRODUCTION} if production else {})}
    try:
        settings = read_main_settings(stack_settings(cwd, "main"))
        refuse_production({"settings.vault.url": settings.vault.url}, environment)
        if purpose == "apply":
            require_main_branch(cwd)
        ca = Path(settings.ca_file).read_text(encoding="utf-8")
        jwt = workflow_jwt(environment, audience=settings.tokens.audience, ca=ca)
        with vault_login(Place(url=settings.vault.url, ca=ca), mount=MOUNT, role=ROLES[purpose], jwt=jwt) as token:
            kept = {name: value for name, value in environment.items() if name not in OWN}
            code = subprocess.run(command, env={**kept, "VAULT_TOKEN": token}, check=False).returncode
    except (UnreadableStackError, RefusedSettingsError, UnusableError, OSError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except (RefusedError, ProductionRefusedError) as error:
        typer.secho(f"refused: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    raise typer.Exit(code)
