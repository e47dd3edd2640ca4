"""The command `./factory recover bundle`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.exit_code import ExitCode
from ops.engines.options import FolderOption, JsonOption
from ops.engines.refuse_backend import refuse_backend
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.host_layers.secrets_file import DEFAULT
from ops.recover_bundle.found_here import FoundHere, NotHereError, found_here
from ops.recover_bundle.manifest import Manifest
from ops.recover_bundle.sealed_keys import SealError
from ops.recover_bundle.verify_bundle import NoBundleError, current, read_manifest, whole
from ops.recover_bundle.write_bundle import write_bundle
from ops.target import ProductionOption, say_target
from provider.factory_error import FactoryError


def bundle(  # noqa: PLR0913 - one parameter for each option
    place: Annotated[Path, typer.Argument(help="The folder to make, a name that is free.", metavar="BUNDLE")],
    *,
    recipient: Annotated[
        list[Path] | None,
        typer.Option("--recipient", help="Public PGP key of somebody who may open the keys.", metavar="FILE"),
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Prove the one that is there; write nothing.")] = False,
    secrets: Annotated[Path, typer.Option("--secrets", help="File of the generated passwords.")] = DEFAULT,
    artefacts: Annotated[
        Path | None, typer.Option("--artefacts", help="Folder with downloads; the pinned ones are taken in.")
    ] = None,
    target: ProductionOption = None,
    cwd: FolderOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Write what is needed when laptop, forge and lab are lost: repository, settings, states, keys, runbooks, pins.

    Keys and passwords are in it for the named recipients alone. Refused while any of it cannot be had: it is made while
    all is well. With --verify exit code 1 when a file is missing or damaged, or when what it was made from is another
    now.

    Example: `./factory recover bundle /media/usb/lab --recipient second.asc --target production`, then
    `./factory recover bundle /media/usb/lab --verify --target production`
    """
    say_target("recover bundle", target)
    settings = chosen_settings(cwd)
    try:
        refuse_backend(cwd)
        found = found_here(cwd, settings, passwords=secrets, artefacts=artefacts)
    except (NotHereError, FactoryError) as error:
        raise ended(str(error), ExitCode.LACKING) from error
    if verify:
        _verify(place, found, as_json=as_json)
        return
    if place.exists():
        raise ended(f"{place}: is there already. Expected a name that is free", ExitCode.WRONG_USE)
    if not recipient:
        raise ended("nobody could open the keys. Expected --recipient FILE, a public PGP key", ExitCode.WRONG_USE)
    if found.lacking:
        raise ended("\n".join(found.lacking), ExitCode.LACKING)
    try:
        manifest = write_bundle(place, found, recipients=recipient)
    except (SealError, NotHereError, OSError) as error:
        raise ended(f"{place}: not written: {error}", ExitCode.LACKING) from error
    _tell(place, manifest, faults=(), notes=_notes(manifest), as_json=as_json)


def _verify(place: Path, found: FoundHere, *, as_json: bool) -> None:
    try:
        manifest = read_manifest(place)
    except NoBundleError as error:
        raise ended(str(error), ExitCode.NOT_SO) from error
    faults = [*whole(place, manifest), *current(manifest, found)]
    notes = [*_notes(manifest), *(f"not compared, for it is not here: {each}" for each in found.lacking)]
    _tell(place, manifest, faults=faults, notes=notes, as_json=as_json)
    if faults:
        raise typer.Exit(ExitCode.NOT_SO)


def _notes(manifest: Manifest) -> Sequence[str]:
    notes = [f"the stack {name} had no state" for name, there in manifest.states.items() if not there]
    notes += [f"not committed: {name}" for name in manifest.changed]
    names: dict[str, list[str]] = {}
    for name, helps in manifest.missing_artefacts.items():
        names.setdefault(helps, []).append(name)
    notes += [f"not in it: {', '.join(each)}: `{helps}`, then --artefacts DIR" if " DIR" in helps
              else f"not in it: {', '.join(each)}: `{helps}`" for helps, each in names.items()]  # fmt: skip
    return notes


def _tell(place: Path, manifest: Manifest, *, faults: Sequence[str], notes: Sequence[str], as_json: bool) -> None:
    if as_json:
        made = manifest.made.isoformat()
        document = {"bundle": str(place), "made": made, "files": len(manifest.files), "faults": [*faults]}
        typer.echo(json.dumps({**document, "notes": [*notes]}, indent=1))
        return
    for fault in faults:
        typer.secho(fault, fg="red")
    for note in notes:
        typer.secho(note, fg="yellow", err=True)
    state = f"{len(faults)} faults" if faults else "whole and current"
    typer.echo(f"{place}: {len(manifest.files)} files of {manifest.made:%Y-%m-%d %H:%M}, {state}")
