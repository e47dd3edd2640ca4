"""Find or build everything that a rehearsal is made of."""

import time
from collections.abc import Callable

import typer

from ops.cli.exit_code import ExitCode
from rehearsal.debian import PackagesMissingError, ensure, needed_packages
from rehearsal.images.build import build
from rehearsal.images.lab_images import RECIPES, lab_image
from rehearsal.machines.base_root import base_root
from rehearsal.machines.requirements import MachinesUnavailableError, require_machines
from rehearsal.part import Part, PartMissingError, find_part
from rehearsal.parts import GITEA, KINE, KUBERNETES, KWOK, PGBOUNCER, STEP_CA, STEP_CLI, VAULT
from rehearsal.show import Show

PARTS = (PGBOUNCER, STEP_CA, STEP_CLI, GITEA, VAULT, KUBERNETES, KINE, KWOK)


def parts() -> None:
    """Find or build everything that a rehearsal is made of, so that the rehearsal itself need not.

    Programs, container images and the system of the machines, each kept in ~/.cache/factory. The first time takes
    some minutes, Vault the longest. Exit code 3 when something cannot be had here, with the command that helps.

    Example: `./factory parts`
    """
    work: dict[str, Callable[[], str]] = {f"{part.name} {part.version}": _finder(part) for part in PARTS}
    show = Show(len(work) + len(RECIPES) + 1)
    missing: dict[str, str] = {}
    with show:
        try:
            ensure(needed_packages())
            sources = require_machines()
        except (PackagesMissingError, MachinesUnavailableError) as error:
            show.say(f"no images and no machines here: {error}")
        else:
            work |= {f"image {name}": _builder(name) for name in RECIPES}
            work["system of the machines"] = lambda: str(base_root(sources, show=show))
        for name, find in work.items():
            _one(show, name, find, missing)
    for name, why in missing.items():
        typer.secho(f"error: {name}: {why}", fg="red", err=True)
    if missing:
        raise typer.Exit(ExitCode.LACKING)


def _one(show: Show, name: str, find: Callable[[], str], missing: dict[str, str]) -> None:
    show.begin(name)
    started = time.monotonic()
    found = ""
    try:
        found = find()
    except PartMissingError as error:
        missing[name] = str(error)
    show.end(name, passed=bool(found), seconds=time.monotonic() - started, message=found)


def _finder(part: Part) -> Callable[[], str]:
    return lambda: find_part(part).origin


def _builder(name: str) -> Callable[[], str]:
    return lambda: build(lab_image(name)).reference
