"""Say whether a run from here may reach production, and what counts as production."""

import json
import os
from typing import Annotated, Literal

import typer

from ops.cli.exit_code import ExitCode
from provider.factory_error import FactoryError
from provider.guard import PRODUCTION, TARGET_VARIABLE, production_is_meant, read_production

Target = Literal["production", "rehearsal"]
ProductionOption = Annotated[
    Target | None,
    typer.Option(
        "--target", envvar=TARGET_VARIABLE, help="production: this run may reach production. There is no default."
    ),
]


def choose_target(asked: str | None) -> bool:
    """Return whether production is meant: by the option *asked*, else by the environment.

    Whatever runs below, the program, a provider, the worker or another process, reads the same answer.
    """
    if asked is not None:
        os.environ[TARGET_VARIABLE] = asked
    return production_is_meant(os.environ)


def first_line(run: str, *, production: bool) -> str:
    """Return what a run says before anything else."""
    return f"{run} · target: {PRODUCTION if production else 'no production'}"


def say_target(run: str, asked: str | None) -> bool:
    """Choose the target, and tell it on standard error as the first line of *run*; return whether it is production."""
    production = choose_target(asked)
    typer.secho(first_line(run, production=production), bold=True, err=True)
    return production


def target(
    places: Annotated[
        list[str] | None, typer.Argument(help="Addresses, names, URLs or buckets to look at.", metavar="[PLACE]...")
    ] = None,
    *,
    target: ProductionOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Say whether a run from here may reach production, and what counts as production.

    Production is meant by name only: `--target production`, or FACTORY_TARGET in the environment. With places, exit
    code 1 when one of them is production and production is not meant.

    Example: `./factory target`, or `./factory target 192.168.1.202 gs://my-state`
    """
    meant = choose_target(target)
    try:
        known = read_production()
    except FactoryError as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(ExitCode.LACKING) from error
    found = {place: known.contains(place) for place in places or ()}
    listed = {
        "addresses": sorted(map(str, known.addresses)), "names": [*known.names], "buckets": [*known.buckets]
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"production_is_meant": meant, "places": found, "production": listed}, indent=1))
    else:
        typer.secho(first_line("target", production=meant), bold=True)
        for place, is_production in found.items():
            typer.echo(f"{place}: {'production' if is_production else 'no production'}")
        for kind, values in listed.items() if not places else ():
            typer.echo(f"{kind}: {', '.join(values)}")
    if any(found.values()) and not meant:
        raise typer.Exit(ExitCode.NOT_SO)
