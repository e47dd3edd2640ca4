"""The checks of the stack `hosts`, and of the stack `postgres` on what it made."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

from rehearsal.check_list import CheckFailedError, Work
from rehearsal.checks import canary, rights, runs
from rehearsal.checks.backup.backups import backup_checks
from rehearsal.checks.backup.restores import restore_checks
from rehearsal.checks.cluster.later import later_checks
from rehearsal.checks.cluster.objects import object_checks
from rehearsal.checks.cluster.runner import runner_checks
from rehearsal.checks.cluster.upgrade import UpgradeChecks
from rehearsal.checks.cluster.vault import VaultChecks
from rehearsal.checks.hosts import runs as host_runs
from rehearsal.checks.hosts.by_other_means import state_checks
from rehearsal.checks.hosts.cuts import cut_checks
from rehearsal.checks.hosts.drift import HostDriftRound
from rehearsal.checks.hosts.every_layer import every_layer_checks
from rehearsal.failover.failures import Resolvers, failover_checks
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import Lab

POSTGRES_CHECKS: Sequence[tuple[str, Callable[[Lab], None]]] = (
    ("first up", runs.check_first_run),
    ("second up changes nothing", runs.check_second_run),
    ("rights: exactly those of the design", rights.check_rights),
    ("canary: credentials_editor makes a short-lived role", canary.check_minting),
    ("canary: the role logs in through PgBouncer and uses a table", canary.check_use),
    ("canary: other databases are closed to the role", canary.check_neighbours),
    ("canary: an expired role is refused", canary.check_expiry),
    ("canary: a dropped role is refused", canary.check_drop),
)

PostgresThere = Callable[[], contextlib.AbstractContextManager[Lab]]


class HostsRehearsal:
    """The checks on the machines, in order."""

    def __init__(self, lab: HostsLab, *, postgres: PostgresThere) -> None:
        """Work with *lab*; *postgres* prepares the other stack once the machines are up."""
        self._lab = lab
        self._postgres = postgres
        self._there = contextlib.ExitStack()
        self.postgres_lab: Lab | None = None
        """The stack `postgres` on the machines, once it was begun."""

    def close(self) -> None:
        """End what the checks opened."""
        self._there.close()

    def essential(self) -> Iterator[tuple[str, Work]]:
        """Return those without which nothing that follows can be looked at."""
        yield "hosts: preview touches no machine", self._on_machines(host_runs.check_preview)
        yield "hosts: first up on bare machines", self._on_machines(host_runs.check_first_run)

    def following(self) -> Iterator[tuple[str, Work]]:
        """Return the rest."""
        yield "hosts: second up changes nothing", self._on_machines(host_runs.check_second_run)
        yield "hosts: every machine, asked again, is as declared", self._on_machines(host_runs.check_asked_again)
        for name, check in state_checks():
            yield name, self._on_machines(check)
        vault = VaultChecks()
        objects = object_checks() if self._has_cluster else ()
        for name, of_cluster in (*objects, *runner_checks(), *vault.checks()):
            yield name, self._on_machines(of_cluster)
        for name, of_postgres in POSTGRES_CHECKS:
            yield f"postgres on pi2: {name}", self._on_postgres(of_postgres)
        for name, beside in (*backup_checks(), *restore_checks(), *HostDriftRound().checks()):
            yield name, self._on_machines(beside)
        for name, failover in failover_checks():
            yield f"hosts, {name}", self._on_resolvers(failover)
        for name, of_vault in vault.after_failures():
            yield name, self._on_machines(of_vault)
        for name, cut in cut_checks():
            yield name, self._on_machines(cut)
        cuts = self._lab.all_cuts
        for name, upgrade in UpgradeChecks(cuts=cuts).checks() if self._has_cluster else ():
            yield name, self._on_machines(upgrade)
        each_layer = every_layer_checks() if cuts else ()
        for name, last in (*each_layer, *(later_checks() if self._lab.later_k3s else ())):
            yield name, self._on_machines(last)

    @property
    def _has_cluster(self) -> bool:
        rehearsed = self._lab.settings.rehearsed
        return rehearsed is not None and rehearsed.k3s is not None

    def _on_machines(self, check: Callable[[HostsLab], str | None]) -> Work:
        return lambda: check(self._lab)

    def _on_postgres(self, check: Callable[[Lab], None]) -> Work:
        def work() -> None:
            if self.postgres_lab is None:
                self.postgres_lab = self._there.enter_context(self._postgres())
            check(self.postgres_lab)

        return work

    def _on_resolvers(self, check: Callable[[Resolvers], str]) -> Work:
        def work() -> str:
            return check(self._resolvers())

        return work

    def _resolvers(self) -> Resolvers:
        settings = self._lab.settings
        holder, other = settings.roles.resolvers
        asker = next((host.name for host in settings.hosts if host.name not in settings.roles.resolvers), None)
        if asker is None:
            raise CheckFailedError("expected a machine that is no resolver, found none")
        return Resolvers(
            machines=self._lab.machines, holder=holder, other=other, asker=asker,
            name=f"gitea.{settings.domain}", address=settings.network.resolver,
        )  # fmt: skip
