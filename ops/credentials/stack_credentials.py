"""The checks that one stack needs, with the addresses of its settings."""

import dataclasses
import functools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ops.credentials.asking import Place
from ops.credentials.cloudflare import check_cloudflare
from ops.credentials.finding import Finding
from ops.credentials.gitea import check_gitea
from ops.credentials.google import check_google
from ops.credentials.ovh import check_ovh
from ops.credentials.postgres import check_postgres
from ops.credentials.stack_settings import stack_settings
from ops.credentials.unreadable_stack_error import UnreadableStackError
from ops.credentials.vault import check_vault
from provider.guard import refuse_production
from provider.postgres.server import ServerAddress
from stacks.faults import RefusedSettingsError
from stacks.hosts_settings import read_hosts_settings
from stacks.main_settings import MainSettings, read_main_settings
from stacks.settings import PostgresSettings, read_postgres_settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class StackCredentials:
    """What a stack contacts, and the checks of what it needs for that."""

    addresses: Mapping[str, str]
    """Every address, by the place that names it."""
    checks: tuple[Callable[[], Finding], ...] = ()
    """One for each credential."""

    def findings(self) -> Iterator[Finding]:
        """Yield what each check finds; nothing is contacted when production was not asked for by name.

        Raises:
            ProductionRefusedError: an address is production.

        """
        refuse_production(self.addresses, os.environ)
        for check in self.checks:
            yield check()


def stack_credentials(folder: Path, stack: str) -> StackCredentials:
    """Return what the *stack* whose file is in *folder* needs.

    Raises:
        UnreadableStackError: the file is not there, or its settings are refused.

    """
    if stack not in _READERS:
        raise UnreadableStackError(f"unknown stack {stack!r}. Expected one of: {', '.join(_READERS)}")
    try:
        return _READERS[stack](stack_settings(folder, stack))
    except RefusedSettingsError as error:
        raise UnreadableStackError(str(error)) from error


def _of_main(text: str) -> StackCredentials:
    settings = read_main_settings(text)
    return StackCredentials(addresses=settings.addresses, checks=tuple(_main_checks(settings)))


def _main_checks(settings: MainSettings) -> Iterator[Callable[[], Finding]]:
    from components.vault_base import CI_ROLE  # noqa: PLC0415 - it loads Pulumi's package for Vault
    from components.vault_paths import JWT  # noqa: PLC0415 - the same

    cloudflare, ovh, google = settings.cloudflare, settings.ovh, settings.google
    yield lambda: check_vault(
        Place(url=settings.vault.url, ca=_authority(settings)), environment=os.environ, mount=JWT, role=CI_ROLE
    )
    if cloudflare or ovh or google or settings.module_reader:
        yield lambda: check_gitea(Place(url=settings.forge.url, ca=_authority(settings)), environment=os.environ)
    if cloudflare:
        zones = sorted({zone for token in cloudflare.tokens for zone in token.zones})
        yield lambda: check_cloudflare(
            Place(url=cloudflare.api), environment=os.environ, account=cloudflare.account, zones=zones,
            buckets=bool(cloudflare.state_buckets),
        )  # fmt: skip
    if ovh:
        yield lambda: check_ovh(Place(url=ovh.api), zones=[client.zone for client in ovh.clients])
    if google:
        yield lambda: check_google(Place(url=google.api), project=google.project)


def _authority(settings: MainSettings) -> str:
    try:
        return Path(settings.ca_file).read_text(encoding="utf-8")
    except OSError:
        return "no file"  # which is no certificate: the check says so, with the address


def _of_postgres(text: str) -> StackCredentials:
    settings: PostgresSettings = read_postgres_settings(text)
    server = settings.server
    address = ServerAddress(host=server.host, port=server.port, username=server.username, sslmode=server.sslmode)
    return StackCredentials(
        addresses=settings.addresses, checks=(lambda: check_postgres(address, environment=os.environ),)
    )


def _of_hosts(text: str) -> StackCredentials:
    from hosts.inventory import Machine  # noqa: PLC0415 - pyinfra comes with it, which the other stacks do without
    from ops.credentials.machine import check_machine  # noqa: PLC0415 - the same

    settings = read_hosts_settings(text)
    machines = [Machine.model_validate({"name": host.name, **host.connection}) for host in settings.hosts]
    return StackCredentials(
        addresses=settings.addresses, checks=tuple(functools.partial(check_machine, machine) for machine in machines)
    )


_READERS: Mapping[str, Callable[[str], StackCredentials]] = {
    "hosts": _of_hosts,
    "main": _of_main,
    "postgres": _of_postgres,
}
