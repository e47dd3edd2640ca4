"""Ask the hosts, the cluster and Vault how they are; nothing is changed."""

import datetime as dt
import shlex
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hosts.inventory import Machine
from hosts.worker.errors import WorkerError
from hosts.worker.machines import Machines
from ops.recover_assess import cluster_answer, host_answer
from ops.recover_assess.cluster_answer import ClusterAnswer, read_cluster_answer
from ops.recover_assess.host_answer import HostAnswer, read_host_answer
from ops.recover_assess.lab_found import LabFound
from ops.vault_keys.chosen_vault import NoVaultError, chosen_vault
from provider.factory_error import FactoryError
from provider.vault_seal.seal_case import SealCase
from stacks.hosts_settings import Host, HostsSettings

PATIENCE = 120.0
"""Seconds; a machine whose disk is dying answers slowly."""


def look_at_lab(
    settings: HostsSettings, machines: Machines, *, folder: Path, databases: Sequence[str], dump: Path
) -> LabFound:
    """Return what all of the lab in *settings* say; the stack file of Vault is in *folder*."""
    server = settings.host(settings.roles.servers[0])
    with ThreadPoolExecutor(max_workers=len(settings.hosts)) as side_by_side:
        asked = {host.name: side_by_side.submit(_host, machines, host, settings) for host in settings.hosts}
        answers = {name: each.result() for name, each in asked.items()}
    answer = answers[server.name]
    has_cluster = isinstance(answer, HostAnswer) and "k3s.service" in answer.units
    return LabFound(
        asked_at=dt.datetime.now(dt.UTC),
        hosts=answers,
        cluster=_cluster(machines, server) if has_cluster else None,
        vault=_vault(folder) if settings.vault else None,
        dump=dump.is_file(),
        authority=settings.roles.authority,
        foundations=settings.roles.foundations,
        server=server.name,
        databases=frozenset(databases),
        addresses={host.name: host.address for host in settings.hosts},
    )


def _host(machines: Machines, host: Host, settings: HostsSettings) -> HostAnswer | str:
    try:
        return read_host_answer(_said(machines, host, host_answer.ASK, settings.data, settings.domain))
    except (WorkerError, ValueError) as error:
        return str(error)


def _cluster(machines: Machines, server: Host) -> ClusterAnswer:
    try:
        return read_cluster_answer(_said(machines, server, cluster_answer.ASK))
    except (WorkerError, ValueError) as error:
        return ClusterAnswer(fault=str(error))


def _said(machines: Machines, host: Host, script: str, *words: str) -> str:
    command = shlex.join(["sh", "-c", script, "ask", *words])
    try:
        finished = machines.connected(Machine.model_validate(host.connection)).run(
            command, stdin=None, timeout=PATIENCE
        )
    except TimeoutError:
        raise WorkerError(f"no answer within {PATIENCE:.0f} s") from None
    return finished.out.decode(errors="replace")


def _vault(folder: Path) -> SealCase | str:
    try:
        return chosen_vault(folder, ca_file=None).seal.look().case
    except (FactoryError, NoVaultError) as error:
        return str(error)
