"""The backups of one lab: who should send what, who keeps it, and what the hosts say of themselves."""

import dataclasses
import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import typer

from hosts.backup import places as at
from hosts.inventory import Machine
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from hosts.worker.production import Production
from ops.backup_evidence.age_and_size import OLDEST
from ops.backup_evidence.api_faults import TRIED
from ops.backup_evidence.collected_states import OPERATOR
from ops.backup_evidence.collected_states import SOURCE as STATES
from ops.backup_evidence.keeper import Keeper, OffSite
from ops.cli.exit_code import ExitCode
from ops.host_layers.chosen_settings import chosen_settings, ended
from ops.host_layers.secrets_file import SecretsFile, SecretsFileError
from provider.guard import production_is_meant, read_production
from stacks.credentials import OFF_SITE
from stacks.host_layers import backup_layers
from stacks.hosts_settings import HostsSettings

LAYER = "backup"
ROOT_ACCOUNT = "root"
"""Who asks on a host that was given no account for it."""
KEEPER_LAYER = "backup_keeper"
PASSWORD = "backup-repositories"  # noqa: S105 - the name of a password


@dataclasses.dataclass(frozen=True, kw_only=True)
class LabBackups:
    """What a verb works with; what it lacks ends the verb with the reason told."""

    settings: HostsSettings

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return those of the stack file in *folder*."""
        settings = chosen_settings(folder)
        if settings.roles.keeper is None:
            text = "nothing is backed up: expected a host in roles.keeper, for example keeper: pi3"
            raise ended(text, ExitCode.LACKING)
        return cls(settings=settings)

    @property
    def expected(self) -> Mapping[str, Sequence[str]]:
        """Host → its sources, the operator's own machine among them."""
        found: dict[str, Sequence[str]] = {}
        for host in self.settings.hosts:
            told = backup_layers(self.settings, host).get(LAYER)
            sources = None if told is None else told["sources"]
            if isinstance(sources, Mapping) and sources:
                found[host.name] = sorted(sources)
        return {**found, OPERATOR: [STATES]}

    def chosen(self, names: Sequence[str] | None) -> Mapping[str, Sequence[str]]:
        """Return those of the hosts whose sources are among *names*, of all without any."""
        expected = self.expected
        known = [f"{host}/{source}" for host, sources in expected.items() for source in sources]
        if unknown := [name for name in names or () if name not in known]:
            raise typer.BadParameter(f"unknown source {unknown[0]}. Expected one of {', '.join(known)}")
        hosts = {name.partition("/")[0] for name in names or known}
        return {host: sources for host, sources in expected.items() if host in hosts}

    def keeper(self, secrets: Path, *, off_site: bool = False, through: str | None = None) -> Keeper:
        """Return who keeps them, or who asks *off_site*; *secrets* is the file of the generated passwords.

        With *through* that host asks, which need be no keeper: while a lost lab is made anew, there is none yet.
        """
        if through is not None:
            return self._asking(through, secrets, off_site=off_site)
        for host in self.settings.hosts:
            told = backup_layers(self.settings, host).get(KEEPER_LAYER)
            if told is not None:
                machine = Machine.model_validate(host.connection)
                return Keeper(
                    machine=machine,
                    folder=str(told["folder"]),
                    secret=_password(secrets),
                    off_site=self._off_site() if off_site else None,
                )
        raise ended(f"{self.settings.roles.keeper}: expected the layer {KEEPER_LAYER}, found none", ExitCode.LACKING)

    def _asking(self, name: str, secrets: Path, *, off_site: bool) -> Keeper:
        known = {host.name: host for host in self.settings.hosts}
        if name not in known:
            raise typer.BadParameter(f"unknown machine {name}. Expected one of {', '.join(known)}")
        if not off_site:
            raise typer.BadParameter("--through is for what lies off site: expected --off-site too")
        machine = Machine.model_validate(known[name].connection)
        return Keeper(
            machine=machine, folder="", secret=_password(secrets), off_site=self._off_site(), account=ROOT_ACCOUNT
        )

    def _off_site(self) -> OffSite:
        if self.settings.off_site is None:
            raise ended("nothing leaves the lab: expected a bucket in off_site", ExitCode.LACKING)
        if missing := [line for each in OFF_SITE if (line := each.missing(os.environ))]:
            raise ended("\n".join(missing), ExitCode.LACKING)
        key, secret = (os.environ[each.variables[0]] for each in OFF_SITE)
        return OffSite(place=self.settings.off_site, key=key, secret=secret)

    def key_files(self, secrets: Path) -> tuple[Path, ...]:
        """Return the files on the operator's machine that nothing else replaces."""
        vault = self.settings.vault
        return (*([] if vault is None else [Path(vault.key_file).expanduser()]), secrets.expanduser())

    @property
    def nothing_leaves(self) -> Sequence[str]:
        """Say so where no copy is off site; in a rehearsal that is on purpose."""
        if self.settings.off_site is not None or self.settings.rehearsed is not None:
            return ()
        return ("nothing leaves the lab: settings.off_site is missing. Expected a bucket of its own",)

    def uncovered(self, host: str, *, now: dt.datetime) -> Sequence[str]:
        """Return what *host* has and no source names, and the sources that it could not collect."""
        code, said = self.on_host(host, f"cat {at.STATE}/status.json")
        if code:
            return [f"{host}: what it has could not be asked: {said.strip()}"]
        status = json.loads(said)
        looked = dt.datetime.fromtimestamp(status["time"], dt.UTC)
        return [
            *([f"{host}: what it has was last looked at {looked:%Y-%m-%d %H:%M}"] if now - looked > OLDEST else []),
            *(f"{host}: {each}: in no backup" for each in status["uncovered"]),
            *(f"{host}/{source}: {text}" for source, text in status["failed"].items()),
        ]

    def cluster_api(self, document: str) -> tuple[int, str]:
        """Have the API of the cluster look at *document*, and change nothing; return exit code and words."""
        return self.on_host(self.settings.roles.servers[0], TRIED, given=document)

    def on_host(self, name: str, command: str, *, given: str | None = None) -> tuple[int, str]:
        """Run *command* on a host, which reads what is *given*, and return exit code and words."""
        machines = Machines(None if production_is_meant(os.environ) else _production())
        try:
            machine = Machine.model_validate(self.settings.host(name).connection)
            finished = machines.connected(machine).run(command, stdin=given, timeout=None)
        except WorkerError as error:
            return 1, str(error)
        finally:
            machines.close()
        return finished.code, (finished.out + finished.err).decode(errors="replace")


def _password(file: Path) -> str:
    try:
        secret = SecretsFile(file).known(PASSWORD)
    except SecretsFileError as error:
        raise ended(str(error), ExitCode.LACKING) from error
    if secret is None:
        text = f"{file}: no password {PASSWORD}. `./factory hosts passwords --help` says how it gets there"
        raise ended(text, ExitCode.LACKING)
    return secret


def _production() -> Production:
    production = read_production()
    return Production(addresses=tuple(map(str, production.addresses)), names=tuple(production.names))
