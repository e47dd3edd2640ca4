"""List the pinned programs, images and charts, or fill the open ones."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hosts.pin import Chart, Image, Pin, Program
from hosts.versions import PINS
from ops.cli.exit_code import ExitCode
from ops.pinning.errors import PinError, UnreachableError
from ops.pinning.update import update as update_pin

FILE = Path(__file__).resolve().parent.parent / "hosts" / "versions.py"

Name = Annotated[str, typer.Argument(help="Pin; all open ones when none is named.", metavar="[NAME]")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command("list")
def list_(*, as_json: JsonOption = False) -> None:
    """List the pins; production refuses an open one.

    Example: `./factory pins list`
    """
    rows = [
        {"name": name, "kind": _kind(pin), "version": _version(pin), "open": pin.is_open} for name, pin in PINS.items()
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        state = "open" if row["open"] else "complete"
        typer.echo(f"{row['name']:<24} {row['kind']:<8} {row['version']:<18} {state}")


@app.command()
def update(name: Name = "") -> None:
    """Fill open pins: download, compare with what the publisher says of it, write, show the change.

    A pin that is complete is only compared. Where the network lets nobody out, the pin stays open and the exit code
    is 3.

    Example: `./factory pins update`, or `./factory pins update step-ca`
    """
    if name and name not in PINS:
        raise typer.BadParameter(f"expected one of {', '.join(PINS)}, found {name}")
    code = ExitCode.DONE
    for each in [name] if name else [each for each, pin in PINS.items() if pin.is_open]:
        try:
            changes = update_pin(FILE, name=each, pin=PINS[each])
        except PinError as problem:
            typer.echo(f"factory: {each}: {problem}", err=True)
            lacking = isinstance(problem, UnreachableError)
            code = ExitCode.LACKING if lacking and code is not ExitCode.NOT_SO else ExitCode.NOT_SO
        else:
            typer.echo("\n".join(map(str, changes)) or f"{each}: complete, nothing changed")
    raise typer.Exit(code)


def _kind(pin: Pin) -> str:
    if isinstance(pin, Program):
        return "program"
    if isinstance(pin, Chart):
        return "chart"
    return "image" if isinstance(pin, Image) else "key"


def _version(pin: Pin) -> str:
    return (pin.version or "-") if isinstance(pin, Program | Image | Chart) else "-"
