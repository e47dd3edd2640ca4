"""From what was found to what is to be done, in the order in which one thing needs another."""

import datetime as dt
import re
from collections.abc import Iterator

from hosts.cluster.vault import NAMESPACE as TOOLS
from hosts.layers.pki_settings import UNIT
from ops.recover_assess.advice import Advice
from ops.recover_assess.host_answer import is_well
from ops.recover_assess.lab_found import LabFound
from provider.vault_seal.seal_case import SealCase

TIGHT = 0.1
"""Part of a file system that must be free."""
SOON = dt.timedelta(days=14)
_REPLICA = re.compile(r"^(.+)-[0-9a-f]{8}$")
_TO_PRODUCTION = "--target production"


def advise(found: LabFound) -> Iterator[Advice]:
    """Yield what helps against all that is wrong in *found*; nothing where nothing is."""
    yield from _hosts(found)
    yield from _disks(found)
    yield from _names(found)
    yield from _certificates(found)
    yield from _foundations(found)
    yield from _nodes(found)
    yield from _volumes(found)
    yield from _vault(found)
    yield from _pods(found)


def _hosts(found: LabFound) -> Iterator[Advice]:
    because = [f"{host} does not answer: {why}" for host, why in found.silent.items()]
    if because and not found.answering:
        yield Advice(
            case="no host answers: power, or the network up to here; recover-lab-lost.md when all are lost for good",
            because=because, page="recover-power-cut.md",
            commands=[f"ping -c 3 {found.addresses[host]}" for host in found.silent],
        )  # fmt: skip
        return
    for host, why in found.silent.items():
        told = [f"{host} does not answer: {why}"]
        if host == found.foundations:
            told.append(f"{host} has the databases and the forge")
        page = {found.foundations: "recover-disk-lost.md", found.authority: "recover-authority-lost.md"}
        yield Advice(
            case=f"{host} is away: give it power and network; only what is lost for good is recovered by its page",
            because=told, page=page.get(host, "replace-a-host.md"), commands=[f"ping -c 3 {found.addresses[host]}"],
        )  # fmt: skip


def _disks(found: LabFound) -> Iterator[Advice]:
    for host, answer in found.answering.items():
        if not answer.mounted:
            yield Advice(
                case=f"the data disk of {host} is not there",
                because=["its folder is no mount point", *(f"{unit} failed" for unit in answer.failed)],
                page="recover-disk-lost.md" if host == found.foundations else "replace-a-host.md",
                commands=[f"./factory hosts check --host {host} --layer disks {_TO_PRODUCTION}"],
            )
        for mount, room in answer.rooms.items():
            if room.size and room.free < TIGHT * room.size:
                yield Advice(
                    case=f"a disk of {host} is full, or soon",
                    because=[f"{mount}: {room.free:,} of {room.size:,} bytes are free"],
                    page="replace-a-host.md",
                    commands=[f"ssh pi@{found.addresses[host]} sudo du -xh --max-depth 3 {mount} --threshold=1G"],
                )


def _names(found: LabFound) -> Iterator[Advice]:
    silent = [
        f"{host} asked for {name} and got no address"
        for host, answer in found.answering.items()
        for name, address in answer.names.items()
        if not address
    ]
    if silent:
        commands = [
            f"./factory hosts check --host {host} --layer dns {_TO_PRODUCTION}"
            for host, answer in found.answering.items()
            if "dns" in answer.projects
        ]
        yield Advice(case="names of the lab do not resolve", because=silent, page="dns.md", commands=commands)


def _certificates(found: LabFound) -> Iterator[Advice]:
    answer = found.answering.get(found.authority)
    if answer is not None and answer.units.get(UNIT) != "active":
        told = answer.units.get(UNIT, "not there")
        yield Advice(
            case="the certificate authority does not run", because=[f"{UNIT} on {found.authority} is {told}"],
            page="certificates.md",
            commands=[f"./factory hosts check --host {found.authority} --layer pki {_TO_PRODUCTION}"],
        )  # fmt: skip
    for host, each in found.answering.items():
        ending = [
            f"{file} {'has ended' if end <= found.asked_at else 'ends'} on {end:%Y-%m-%d}"
            for file, end in each.certificates.items()
            if end - found.asked_at < SOON
        ]
        if ending:
            yield Advice(
                case=f"certificates of {host} are not renewed", because=ending, page="certificates.md",
                commands=[f"./factory hosts check --host {host} {_TO_PRODUCTION}"],
            )  # fmt: skip


def _foundations(found: LabFound) -> Iterator[Advice]:
    host = found.foundations
    answer = found.answering.get(host)
    if answer is None or not answer.mounted:
        return
    told = {project: answer.projects.get(project, "not there") for project in ("postgres", "pgbouncer", "gitea")}
    wrong = {project: state for project, state in told.items() if not is_well(state)}
    databases = [project for project in ("postgres", "pgbouncer") if project in wrong]
    if databases:
        yield Advice(
            case="the databases do not answer", because=[f"{each} on {host} is {wrong[each]}" for each in databases],
            page="recover-disk-lost.md",
            commands=[f"./factory hosts check --host {host} --layer {each} {_TO_PRODUCTION}" for each in databases],
        )  # fmt: skip
    elif missing := sorted(found.databases - (answer.databases or frozenset())):
        yield Advice(
            case="the database server serves, and has not what it had",
            because=[f"no database {name}" for name in missing], page="recover-disk-lost.md",
            commands=[f"./factory backup list {_TO_PRODUCTION}"],
        )  # fmt: skip
    if "gitea" in wrong:
        yield Advice(
            case="the forge does not answer", because=[f"gitea on {host} is {wrong['gitea']}"],
            page="recover-forge-lost.md",
            commands=[f"./factory hosts check --host {host} --layer gitea {_TO_PRODUCTION}"],
        )  # fmt: skip


def _nodes(found: LabFound) -> Iterator[Advice]:
    cluster = found.cluster
    if cluster is None:
        return
    if cluster.fault:
        yield Advice(
            case="the cluster does not answer", because=[f"{found.server}: {cluster.fault}"], page="upgrade-k3s.md",
            commands=[f"./factory hosts check --host {found.server} --layer k3s {_TO_PRODUCTION}"],
        )  # fmt: skip
    away = [node for node, ready in cluster.nodes.items() if not ready]
    for node in away:
        if node in found.answering:
            layer = "k3s" if node == found.server else "k3s_agent"
            yield Advice(
                case=f"{node} answers, and is no node that is ready", because=[f"{node}: not Ready"],
                page="power-cut.md", commands=[f"./factory hosts check --host {node} --layer {layer} {_TO_PRODUCTION}"],
            )  # fmt: skip


def _volumes(found: LabFound) -> Iterator[Advice]:
    cluster = found.cluster
    if cluster is None or cluster.fault:
        return
    on_disks: dict[str, list[str]] = {}
    for host, answer in found.answering.items():
        for folder in answer.replicas:
            if parts := _REPLICA.match(folder):
                on_disks.setdefault(parts[1], []).append(host)
    wiped = sorted((cluster.kept | on_disks.keys()) - cluster.volumes.keys())
    if found.dump and wiped:
        yield Advice(
            case="volume objects are gone, a dump is here", because=[_told(name, on_disks) for name in wiped],
            page="recover-objects-wiped.md",
        )  # fmt: skip
        return
    for name in wiped:
        if name in on_disks:
            yield Advice(
                case=f"the objects of {name} are gone, and no dump is here", because=[_told(name, on_disks)],
                page="recover-volumes-lost.md", names={"VOLUME": name},
            )  # fmt: skip
        else:
            yield Advice(
                case=f"{name} is gone from Longhorn and from the disks that answer",
                because=[_told(name, on_disks)], page="backup.md", commands=[f"./factory backup list {_TO_PRODUCTION}"],
            )  # fmt: skip
    faulted = [f"{name}: {state}" for name, state in cluster.volumes.items() if state == "faulted"]
    if faulted:
        yield Advice(
            case="volumes have no replica that can be used", because=faulted, page="recover-merge.md",
            commands=["kubectl --namespace longhorn-system get replicas.longhorn.io"],
        )  # fmt: skip


def _told(name: str, on_disks: dict[str, list[str]]) -> str:
    holders = on_disks.get(name)
    return f"{name}: no object; {'replicas on ' + ', '.join(holders) if holders else 'no replica'}"


def _vault(found: LabFound) -> Iterator[Advice]:
    state = found.vault
    if state in {None, SealCase.UNSEALED}:
        return
    if state is SealCase.SEALED:
        yield Advice(case="Vault is sealed", because=["it waits for its shares"], page="recover-vault-sealed.md")
        return
    if state is SealCase.WIPED:
        yield Advice(
            case="Vault has lost its data", because=["it has no keys, and there are some here"],
            page="recover-vault-lost.md",
        )  # fmt: skip
        return
    told = state.value if isinstance(state, SealCase) else str(state)
    yield Advice(
        case="Vault does not serve as it should", because=[told], page="unseal.md",
        commands=[f"./factory vault status {_TO_PRODUCTION}"],
    )  # fmt: skip


def _pods(found: LabFound) -> Iterator[Advice]:
    """Restart what waits, last of all: what starts before Vault serves crashes again."""
    cluster = found.cluster
    if cluster is None:
        return
    if cluster.claims:
        yield Advice(
            case="claims have no volume", because=[f"{name}: {phase}" for name, phase in cluster.claims.items()],
            page="recover-objects-wiped.md", commands=["kubectl get persistentvolumeclaims --all-namespaces"],
        )  # fmt: skip
    # Vault has a case of its own: a restart would seal it.
    waiting = {name: why for name, why in cluster.pods.items() if not name.startswith(f"{TOOLS}/vault-")}
    for space in sorted({name.partition("/")[0] for name in waiting}, key=_last):
        yield Advice(
            case=f"pods in {space} do not run",
            because=[f"{name}: {why}" for name, why in waiting.items() if name.startswith(f"{space}/")],
            page="recover-vault-sealed.md",
            commands=[f"kubectl --namespace {space} rollout restart deployment"],
        )


def _last(space: str) -> tuple[bool, bool, str]:
    """Put the Secrets Operator, which is among the tools, first and the ERP at the end."""
    return space != TOOLS, space.startswith("erp"), space
