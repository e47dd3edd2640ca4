"""Keep three machines running to try things on."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from rehearsal.interruption import Interrupted, interruption
from rehearsal.machines.base_root import BaseRootError
from rehearsal.machines.machine import Machine, MachineError
from rehearsal.machines.machines import NAMES, Machines
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines
from rehearsal.machines.start_proxy import ProxyError
from rehearsal.machines.system_command import SystemCommandError

FOLDER = Path("~/.cache/factory/lab")
FAULTS = (BaseRootError, MachineError, ProxyError, SystemCommandError, TimeoutError)

Names = Annotated[list[str] | None, typer.Argument(help="Machines; all when none is named.", metavar="[MACHINE]...")]
Name = Annotated[str, typer.Argument(help="Machine.", metavar="MACHINE")]
Other = Annotated[str, typer.Argument(help="Only between it and this machine.", metavar="[OTHER]")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command()
def up(names: Names = None) -> None:
    """Switch machines on; a name that is new becomes a new machine.

    They keep running when this ends, and keep their files over `down` and `up`. Debian with systemd and sshd, user
    `pi` with sudo, a data disk each, packages through a proxy, nothing else to be reached.

    Example: `./factory lab up`, or `./factory lab up pi4`
    """
    with _told_in_one_sentence(), interruption():
        lab = Machines(FOLDER.expanduser(), names=names or NAMES, keep=True)
        try:
            lab.make(names or ())
            lab.start(names or ())
        except Interrupted:
            lab.stop()
            raise
    _print(lab, as_json=False)


@app.command()
def down(names: Names = None) -> None:
    """Switch machines off in an orderly way; their files stay. Without names the whole lab ends.

    Example: `./factory lab down`
    """
    with _lab() as lab:
        if not names:
            lab.stop()
            return
        for machine in _chosen(lab, names):
            machine.stop()


@app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def ssh(
    name: Name, words: Annotated[list[str] | None, typer.Argument(help="Command.", metavar="[WORD]...")] = None
) -> None:
    """Open a session as `pi` on a machine, or run one command there.

    Example: `./factory lab ssh pi1`, or `./factory lab ssh pi1 systemctl status ssh`
    """
    with _lab() as lab:
        command = _chosen(lab, [name])[0].command(*(words or []))
        os.execvp(command[0], command)  # noqa: S606  # a list of arguments; no shell is wanted


@app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def run(words: Annotated[list[str], typer.Argument(help="Command.", metavar="WORD...")]) -> None:
    """Run a program of this computer inside the lab's network.

    Example: `./factory lab run dig @10.77.0.201 pi1.home`
    """
    with _lab() as lab:
        command = lab.command(words)
        os.execvp(command[0], command)  # noqa: S606  # a list of arguments; no shell is wanted


@app.command()
def cut(name: Name, other: Other = "") -> None:
    """Pull the network cable of a machine, or let nothing pass between two machines.

    Example: `./factory lab cut pi1`, or `./factory lab cut pi1 pi3`
    """
    with _lab() as lab:
        machine = _chosen(lab, [name, *([other] if other else [])])[0]
        lab.part(name, other) if other else machine.cut()


@app.command()
def heal(name: Name, other: Other = "") -> None:
    """Take a cut back.

    Example: `./factory lab heal pi1`, or `./factory lab heal pi1 pi3`
    """
    with _lab() as lab:
        machine = _chosen(lab, [name, *([other] if other else [])])[0]
        lab.rejoin(name, other) if other else machine.heal()


@app.command()
def pause(names: Names = None) -> None:
    """Stop machines where they are; they answer nothing and know nothing of it.

    Example: `./factory lab pause pi1`
    """
    _each(names, Machine.pause)


@app.command()
def resume(names: Names = None) -> None:
    """Let paused machines go on.

    Example: `./factory lab resume pi1`
    """
    _each(names, Machine.resume)


@app.command()
def kill(names: Names = None) -> None:
    """Cut the power of machines; what was written stays, `up` boots them again.

    Example: `./factory lab kill pi1`, then `./factory lab up pi1`
    """
    _each(names, Machine.kill)


@app.command()
def reset(names: Names = None) -> None:
    """Make machines bare again: all that was written is forgotten, disks included; the ones that ran boot.

    Example: `./factory lab reset pi2`
    """
    with _lab() as lab:
        chosen = _chosen(lab, names)
        running = [machine.name for machine in chosen if machine.running]
        for machine in chosen:
            machine.reset()
        if running:
            lab.start(running)


@app.command()
def status(*, as_json: JsonOption = False) -> None:
    """Say which machines there are, how they are, and how they are reached.

    Example: `./factory lab status --json`
    """
    with _told_in_one_sentence():
        require_machines()
        _print(Machines(FOLDER.expanduser(), keep=True), as_json=as_json)


@app.command()
def purge() -> None:
    """End the lab at once and remove its files; the base stays for the next one.

    Example: `./factory lab purge`
    """
    with _told_in_one_sentence():
        require_machines()
        Machines(FOLDER.expanduser(), keep=True).purge()


@contextmanager
def _told_in_one_sentence() -> Iterator[None]:
    try:
        yield
    except MachinesUnavailableError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    except FAULTS as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.NOT_SO) from error
    except Interrupted as interrupted:
        typer.echo(f"interrupted by {interrupted}; nothing is left running", err=True)
        raise typer.Exit(interrupted.exit_code) from interrupted


@contextmanager
def _lab() -> Iterator[Machines]:
    """Give the lab that is up."""
    with _told_in_one_sentence():
        require_machines()
        lab = Machines(FOLDER.expanduser(), keep=True)
        if not lab.exists:
            raise MachineError("expected a lab that is up, found none: ./factory lab up")
        yield lab


def _chosen(lab: Machines, names: Sequence[str] | None) -> list[Machine]:
    known = [machine.name for machine in lab]
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise typer.BadParameter(f"expected a machine of the lab ({', '.join(known)}), found {', '.join(unknown)}")
    return [lab[name] for name in names or known]


def _each(names: Sequence[str] | None, action: Callable[[Machine], None]) -> None:
    with _lab() as lab:
        for machine in _chosen(lab, names):
            action(machine)


def _print(lab: Machines, *, as_json: bool) -> None:
    rows = [
        {
            "name": machine.name,
            "address": machine.address,
            "state": "paused" if machine.paused else "up" if machine.running else "down",
            "memory_mib": round(machine.mem(), 1),
            "data_disk": machine.data_disk,
            "key": str(machine.key),
            "known_hosts": str(machine.known_hosts),
        }
        for machine in lab
    ]
    if as_json:
        typer.echo(json.dumps({"network": lab.name if lab.exists else None, "machines": rows}, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['name']}  {row['address']}  {row['state']}  {row['memory_mib']} MiB  {row['data_disk']}")
    typer.echo(f"network: {lab.name}" if lab.exists else "the lab is down: ./factory lab up")
