"""Reach the cluster, or say how it is."""

import os
from pathlib import Path
from typing import Annotated

import typer

from hosts.inventory import Machine
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from hosts.worker.production import Production
from ops.cli.exit_code import ExitCode
from ops.cluster_access.fetched_kubeconfig import fetched_kubeconfig
from ops.cluster_access.kubeconfig_file import add_to_kubeconfig, kubeconfig_path
from ops.cluster_access.merged import RefusedKubeconfigError
from ops.cluster_status.status import status
from ops.engines.options import FolderOption
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.target import ProductionOption, say_target
from provider.guard import read_production

ContextOption = Annotated[
    str | None, typer.Option("--context", help="Name of the context; else the lab's domain.", metavar="NAME")
]

app = typer.Typer(help=__doc__, no_args_is_help=True)
app.command()(status)


@app.command()
def kubeconfig(*, context: ContextOption = None, target: ProductionOption = None, cwd: FolderOption = Path()) -> None:
    """Fetch the kubeconfig of the first server and add it to yours, under a name of its own.

    It goes into the first file of KUBECONFIG, else ~/.kube/config, with mode 600; other contexts, and which of them is
    the current one, stay as they are. A file that is no kubeconfig is left alone.

    Example: `./factory cluster kubeconfig --target production`
    """
    production = say_target("cluster kubeconfig", target)
    settings = chosen_settings(cwd)
    server = settings.host(settings.roles.servers[0])
    path = kubeconfig_path(os.environ)
    name = context or settings.domain
    machines = Machines(None if production else _production())
    try:
        fetched = fetched_kubeconfig(machines, Machine.model_validate(server.connection))
        changed = add_to_kubeconfig(path, fetched, name=name, address=server.address)
    except (WorkerError, RefusedKubeconfigError) as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    finally:
        machines.close()
    typer.echo(f"{path}: context {name} {'written' if changed else 'is as the server has it'}")


def _production() -> Production:
    production = read_production()
    return Production(addresses=tuple(map(str, production.addresses)), names=tuple(production.names))
