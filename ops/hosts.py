"""Ask and apply the layers of the machines without any engine."""

import asyncio
import dataclasses
import functools
import json
import sys
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import DiffOption, FolderOption, JsonOption, YesOption
from ops.host_layers.chosen_settings import FILE, chosen_settings, ended
from ops.host_layers.layer_run import LayerRun, Result
from ops.host_layers.reboots import Reboots
from ops.host_layers.secrets_file import DEFAULT, SecretsFile, SecretsFileError
from ops.host_layers.stack_passwords import NoExportError, stack_passwords
from ops.target import ProductionOption, say_target
from provider.factory_error import FactoryError
from provider.hosts.worker_process import Answer, WorkerProcess
from stacks.host_layers import LAYER_ORDER, layer_faults
from stacks.hosts_settings import HostsSettings

Done = TypeVar("Done")

HostsOption = Annotated[
    list[str] | None, typer.Option("--host", help="A machine; may be repeated. All when none is named.", metavar="HOST")
]
LayersOption = Annotated[
    list[str] | None, typer.Option("--layer", help="A layer; may be repeated. All when none is named.", metavar="LAYER")
]
SecretsOption = Annotated[
    Path, typer.Option("--secrets", help="File of the generated passwords, mode 600; made by apply.", dir_okay=False)
]
HostName = Annotated[str, typer.Argument(help="Machine.", metavar="HOST")]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command()
def check(  # noqa: PLR0913 - one parameter for each option
    *,
    host: HostsOption = None,
    layer: LayersOption = None,
    target: ProductionOption = None,
    secrets: SecretsOption = DEFAULT,
    cwd: FolderOption = Path(),
    diff: DiffOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask the machines what would change, and change nothing.

    Exit code 1 when something would change or a machine could not be asked.

    Example: `./factory hosts check --host pi1 --layer base --diff`
    """
    say_target("hosts check", target)
    _run("read", cwd, hosts=host, layers=layer, secrets=secrets, diff=diff, as_json=as_json)


@app.command()
def apply(  # noqa: PLR0913 - one parameter for each option
    *,
    host: HostsOption = None,
    layer: LayersOption = None,
    target: ProductionOption = None,
    secrets: SecretsOption = DEFAULT,
    cwd: FolderOption = Path(),
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the machines into the declared state, without an engine and without a state: for bare machines.

    Passwords are made once and kept in a file; what a layer gives to another goes from machine to machine. Ctrl-C stops
    after the operations under way.

    Example: `./factory hosts apply --target production --host pi1 --layer base`
    """
    say_target("hosts apply", target)
    if not yes and not typer.confirm(
        f"apply {', '.join(layer or ['all layers'])} to {', '.join(host or ['all hosts'])}?"
    ):
        raise typer.Exit(ExitCode.NOT_SO)
    _run("apply", cwd, hosts=host, layers=layer, secrets=secrets, diff=False, as_json=as_json)


@app.command()
def facts(
    host: HostName, *, target: ProductionOption = None, cwd: FolderOption = Path(), as_json: JsonOption = False
) -> None:
    """Say what kind of machine it is: system, processor, memory, disks with their stable ids.

    Example: `./factory hosts facts pi1`
    """
    say_target("hosts facts", target)
    settings = chosen_settings(cwd)
    answer = _ask({"do": "facts", "machine": _connection(settings, host)})
    if as_json:
        typer.echo(json.dumps(answer, indent=1))
        return
    for name, text in answer.items():
        first, *more = str(text).splitlines() or [""]
        typer.echo("\n".join([f"{name:<13} {first}", *(f"{'':<13} {line}" for line in more)]))


@app.command()
def trust(
    hosts: Annotated[
        list[str] | None, typer.Argument(help="Machines; all when none is named.", metavar="[HOST]...")
    ] = None,
    *,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
) -> None:
    """Show the fingerprint of a machine whose host key is not known yet, ask, and keep the key as OpenSSH does.

    Compare the fingerprint with what the machine shows on its own screen: `ssh-keygen -lf
    /etc/ssh/ssh_host_ed25519_key.pub`.

    Example: `./factory hosts trust pi1`
    """
    say_target("hosts trust", target)
    settings = chosen_settings(cwd)
    refused = False
    for name in hosts or [each.name for each in settings.hosts]:
        connection = _connection(settings, name)
        try:
            shown = _ask({"do": "trust", "machine": connection}, fails=True)
        except FactoryError as error:
            # A key that is known already is no fault of the machines that follow.
            typer.echo(str(error))
            refused = refused or "known already" not in str(error)
            continue
        typer.echo(f"{name} ({connection['address']}): {shown['fingerprint']}")
        if not typer.confirm("is this the fingerprint that the machine itself shows?"):
            refused = True
            continue
        _ask({"do": "trust", "machine": connection, "fingerprint": shown["fingerprint"]})
        typer.echo(f"kept. To pin it in {FILE}: host_key: {shown['key']}")
    if refused:
        raise typer.Exit(ExitCode.NOT_SO)


@app.command()
def passwords(*, secrets: SecretsOption = DEFAULT) -> None:
    """Keep the passwords that the stack hosts generated, for the day on which check and apply are all there is.

    It reads the exported state on standard input and shows nothing of it.

    Example: `pulumi stack export --stack hosts --show-secrets | ./factory hosts passwords`
    """
    try:
        file = SecretsFile(secrets)
        new = [name for name, text in stack_passwords(sys.stdin.read()).items() if file.keep(name, text)]
    except (SecretsFileError, NoExportError) as error:
        raise ended(str(error), ExitCode.LACKING) from error
    typer.echo(f"kept in {secrets}: {', '.join(new) or 'nothing new'}")


@app.command()
def reboot(
    hosts: Annotated[list[str], typer.Argument(help="Machines, in the order in which it is done.", metavar="HOST...")],
    *,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also when no reboot is waited for, or another machine is not up.")
    ] = False,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    yes: YesOption = False,
) -> None:
    """Reboot machines that wait for it, one after the other; the next one only when everything is up again.

    A machine whose layer base waits for none is left as it is. The first that does not come back as it was ends it.

    Example: `./factory hosts reboot pi3 pi2 pi1 --target production`
    """
    say_target("hosts reboot", target)
    settings = chosen_settings(cwd)
    for name in hosts:
        _connection(settings, name)
    if not yes and not typer.confirm(f"reboot {', '.join(hosts)}, where they wait for it?"):
        raise typer.Exit(ExitCode.NOT_SO)
    _wait(_rebooted(settings, hosts, anyway=anyway))


async def _rebooted(settings: HostsSettings, names: Sequence[str], *, anyway: bool) -> None:
    worker = WorkerProcess()
    tell = functools.partial(typer.secho, dim=True, err=True)
    try:
        async for one in Reboots(worker, settings, anyway=anyway, tell=tell).results(names):
            why = one.reason or "asked for"
            done = f"rebooted ({why}), all up after {one.seconds} s" if one.seconds else "waits for no reboot"
            typer.secho(f"{one.host}: {done}", fg="green")
    finally:
        await worker.end()


def _connection(settings: HostsSettings, name: str) -> Mapping[str, object]:
    known = {host.name: host for host in settings.hosts}
    if name not in known:
        raise typer.BadParameter(f"unknown machine {name}. Expected one of {', '.join(known)}")
    return known[name].connection


def _run(  # noqa: PLR0913 - the options of two verbs
    do: Literal["read", "apply"],
    folder: Path,
    *,
    hosts: Sequence[str] | None,
    layers: Sequence[str] | None,
    secrets: Path,
    diff: bool,
    as_json: bool,
) -> None:
    settings = chosen_settings(folder)
    for name in hosts or ():
        _connection(settings, name)
    if unknown := [name for name in layers or () if name not in LAYER_ORDER]:
        raise typer.BadParameter(f"unknown layer {unknown[0]}. Expected one of {', '.join(LAYER_ORDER)}")
    if missing := [*layer_faults(settings)]:
        raise ended("\n".join(missing), ExitCode.LACKING)
    try:
        passwords = SecretsFile(secrets)
    except SecretsFileError as error:
        raise ended(str(error), ExitCode.LACKING) from error
    worker = WorkerProcess()
    run = LayerRun(worker, settings, passwords=passwords, do=do)
    chosen_hosts = set(hosts or [host.name for host in settings.hosts])
    results = _wait(_all_results(worker, run, chosen_hosts, set(layers or LAYER_ORDER), diff=diff, as_json=as_json))
    if as_json:
        typer.echo(json.dumps({"results": [dataclasses.asdict(one) for one in results]}, indent=1))
    if any(one.error or one.pending for one in results):
        raise typer.Exit(ExitCode.NOT_SO)


async def _all_results(  # noqa: PLR0913 - what _run chose
    worker: WorkerProcess, run: LayerRun, hosts: set[str], layers: set[str], *, diff: bool, as_json: bool
) -> Sequence[Result]:
    def tell(text: str) -> None:
        if not as_json:
            typer.secho(f"  {text}", dim=True, err=True)

    found = []
    try:
        if faults := await run.faults(hosts, layers, tell=tell):
            raise FactoryError("nothing was contacted\n" + "\n".join(faults))
        async for result in run.results(hosts, layers, tell=tell):
            found.append(result)
            if not as_json:
                _print(result, diff=diff)
    except asyncio.CancelledError:
        for result in await run.stopped():
            _print(result, diff=False)
        raise
    finally:
        await worker.end()
    return found


def _print(result: Result, *, diff: bool) -> None:
    place = f"{result.host} {result.layer}"
    if result.error:
        typer.secho(f"{place}: failed\n  {result.error}", fg="red")
    elif result.pending:
        typer.secho(f"{place}: would change: {', '.join(result.pending)}", fg="yellow")
        for text in result.differences.values() if diff else ():
            typer.echo("\n".join(f"    {line}" for line in text.splitlines()))
    else:
        typer.secho(f"{place}: {'changed: ' + ', '.join(result.done) if result.done else 'as declared'}", fg="green")


def _ask(request: Mapping[str, object], *, fails: bool = False) -> Answer:
    def tell(text: str) -> None:
        typer.secho(f"  {text}", dim=True, err=True)

    async def asked() -> Answer:
        worker = WorkerProcess()
        try:
            return await worker.ask(request, tell=tell)
        finally:
            await worker.end()

    if fails:
        return asyncio.run(asked())
    return _wait(asked())


def _wait(work: Coroutine[object, object, Done]) -> Done:
    """Return what *work* returns; its error is told without a traceback."""
    try:
        return asyncio.run(work)
    except FactoryError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    except KeyboardInterrupt as error:
        typer.secho("stopped after the operations under way", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
