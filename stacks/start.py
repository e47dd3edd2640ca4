"""Start a stack: find it, read its settings, refuse what must not be, and only then declare it."""

import dataclasses
import functools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pulumi

from components.generation import Generation
from provider.guard import ProductionRefusedError, refuse_production
from stacks.credential_table import credential_table
from stacks.credentials import OFF_SITE, POSTGRES, VAULT_TOKEN, Credential, main_credentials
from stacks.faults import RefusedSettingsError
from stacks.generations import read_generations
from stacks.host_layers import layer_faults
from stacks.hosts import declare_hosts
from stacks.hosts_settings import read_hosts_settings
from stacks.main_settings import MainSettings, read_main_settings
from stacks.postgres import declare_postgres
from stacks.settings import read_postgres_settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ready:
    """A stack whose settings were read."""

    addresses: Mapping[str, str]
    """What it contacts, by the place that names it."""
    faults: tuple[str, ...] = ()
    """What it still lacks, one line each."""
    credentials: tuple[Credential, ...] = ()
    """What its providers need."""
    declare: Callable[[Mapping[str, str]], None]
    """Declare its resources, in an environment."""


def _read_hosts(text: str | None) -> Ready:
    settings = read_hosts_settings(text)
    return Ready(
        addresses=settings.addresses,
        faults=tuple(layer_faults(settings)),
        credentials=() if settings.off_site is None else OFF_SITE,
        declare=functools.partial(declare_hosts, settings),
    )


def _read_main(text: str | None) -> Ready:
    settings = read_main_settings(text)
    names = [credential.name for credential in credential_table(settings)]
    generations = read_generations(pulumi.Config("factory").get("generations"), known=names)
    return Ready(
        addresses=settings.addresses,
        faults=tuple(_missing_files(settings)),
        credentials=tuple(main_credentials(settings)),
        declare=functools.partial(_declare_main, settings, generations),
    )


def _declare_main(
    settings: MainSettings, generations: Mapping[str, Generation], environment: Mapping[str, str]
) -> None:
    # The packages of the clouds take seconds to load, which the other stacks need not wait for.
    from stacks.main import declare_main  # noqa: PLC0415 - the reason is above

    declare_main(settings, generations, by_token=bool(environment.get(VAULT_TOKEN)))


def _missing_files(settings: MainSettings) -> Iterator[str]:
    files = {"ca_file": settings.ca_file, "kubernetes.ca_file": settings.kubernetes.ca_file}
    for place, file in files.items():
        if file and not Path(file).is_file():
            yield f"settings.{place}: no such file. Expected a certificate as PEM text in {file}"


def _read_postgres(text: str | None) -> Ready:
    settings = read_postgres_settings(text)
    return Ready(addresses=settings.addresses, credentials=(POSTGRES,), declare=lambda _: declare_postgres(settings))


STACKS: Mapping[str, Callable[[str | None], Ready]] = {
    "hosts": _read_hosts,
    "main": _read_main,
    "postgres": _read_postgres,
}
"""Stack → what reads its settings from JSON."""


def start_stack(name: str, *, environment: Mapping[str, str] = os.environ) -> None:
    """Declare the stack *name*; whatever keeps it from running is said without a traceback."""
    if name not in STACKS:
        raise pulumi.RunError(f"unknown stack {name!r}. Expected one of: {', '.join(STACKS)}")
    try:
        ready = STACKS[name](pulumi.Config("factory").get("settings"))
        refuse_production(ready.addresses, environment)
    except (RefusedSettingsError, ProductionRefusedError) as error:
        raise pulumi.RunError(f"stack {name}: nothing was done\n{error}") from None
    if ready.faults:
        raise pulumi.RunError("\n".join([f"stack {name}: nothing was done", *ready.faults]))
    missing = [line for credential in ready.credentials if (line := credential.missing(environment))]
    if missing:
        raise pulumi.RunError(f"stack {name}: nothing was contacted\n" + "\n".join(missing))
    ready.declare(environment)
