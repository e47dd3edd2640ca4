"""The settings of the stack `hosts` that a verb works with."""

import json
import os
from pathlib import Path

import typer
import yaml

from ops.cli.exit_code import ExitCode
from provider.factory_error import FactoryError
from provider.guard import refuse_production
from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import HostsSettings, read_hosts_settings

FILE = "Pulumi.hosts.yaml"


def chosen_settings(folder: Path) -> HostsSettings:
    """Return the settings of the stack `hosts`, unless they lead to production and production was not asked for.

    Raises:
        typer.Exit: there are none, or they lead to production; the reason was told.

    """
    try:
        content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        settings = read_hosts_settings(json.dumps(content["config"]["factory:settings"]))
        refuse_production(settings.addresses, os.environ)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        fault = f"{folder / FILE}: cannot be read as the file of the stack hosts: {error}"
        raise ended(fault, ExitCode.LACKING) from error
    except RefusedSettingsError as error:
        raise ended(str(error), ExitCode.LACKING) from error
    except FactoryError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    return settings


def ended(text: str, code: ExitCode) -> typer.Exit:
    """Tell a fault, and return what ends the verb with *code*."""
    typer.secho(f"error: {text}", fg="red", err=True)
    return typer.Exit(code)
