"""From what was found to the gates that are still closed, in their order; the ERP is the last."""

from collections.abc import Iterator, Mapping

from hosts.cluster.vault import NAMESPACE as TOOLS
from hosts.layers.pki_settings import UNIT
from ops.recover_assess.cluster_answer import ClusterAnswer
from ops.recover_assess.host_answer import is_well
from ops.recover_assess.lab_found import LabFound
from ops.recover_order.step import Deed, Step
from provider.vault_seal.seal_case import SealCase

ERP = "erp"
"""Namespaces that begin so have the ERP: it corrupts nothing while it is down, and crashes while Vault is sealed."""
LONGHORN = "longhorn-system"
OPERATOR = f"{TOOLS}/vault-secrets-operator"
VAULT = f"{TOOLS}/vault-"
STARTING = frozenset({"ContainerCreating", "PodInitializing", "Pending", "Running", "no word of it"})
"""What only needs time; another reason stays, or is tried again after ever longer times."""


def next_steps(found: LabFound) -> Iterator[Step]:
    """Yield each gate of *found* that is closed; only the first may be worked at."""
    cluster = found.cluster
    before = [*_hosts(found), *_services(found)]
    if cluster is not None:
        before += [*_nodes(found, cluster), *_longhorn(cluster)]
    before += _vault(found)
    if cluster is not None:
        before += [*_log_in(cluster), *_others(cluster)]
        running = [space for space, count in cluster.replicas.items() if count and _is_erp(space)]
        if before and running and not cluster.fault:
            yield Step(
                gate="the ERP waits", closed=[f"{space} runs, and {before[0].gate} is not there" for space in running],
                deed=Deed(kind="hold", space=running[0]),
            )  # fmt: skip
    yield from before
    if cluster is not None and not before:
        yield from _erp(cluster)


def _hosts(found: LabFound) -> Iterator[Step]:
    if found.silent:
        yield Step(gate="hosts", closed=[f"{host} does not answer: {why}" for host, why in found.silent.items()])
    gone = [f"the data disk of {host} is not there" for host, each in found.answering.items() if not each.mounted]
    if gone:
        yield Step(gate="disks", closed=gone, page="recover-disk-lost.md", by_hand=True)


def _services(found: LabFound) -> Iterator[Step]:
    """Yield what does not serve yet of what a host has; what it should have and has not, assess says."""
    closed = []
    for host, answer in found.answering.items():
        closed += [f"{project} on {host} is {told}" for project, told in answer.projects.items() if not is_well(told)]
        # Elsewhere the authority stands by, stopped.
        units = {unit: told for unit, told in answer.units.items() if unit != UNIT or host == found.authority}
        closed += [f"{unit} on {host} is {told}" for unit, told in units.items() if told != "active"]
    if closed:
        yield Step(gate="what the hosts run", closed=closed)


def _nodes(found: LabFound, cluster: ClusterAnswer) -> Iterator[Step]:
    if cluster.fault:
        yield Step(gate="nodes", closed=[f"{found.server}: {cluster.fault}"], page="upgrade-k3s.md")
    elif away := [f"{node} is not ready" for node, ready in cluster.nodes.items() if not ready]:
        yield Step(gate="nodes", closed=away)


def _longhorn(cluster: ClusterAnswer) -> Iterator[Step]:
    if lost := sorted(cluster.kept - cluster.volumes.keys()):
        closed = [f"{name} has no object" for name in lost]
        yield Step(gate="Longhorn", closed=closed, page="recover-objects-wiped.md", by_hand=True)
        return
    closed = [f"{name}: {why}" for name, why in _waiting(cluster, f"{LONGHORN}/").items()]
    closed += [f"{name} is faulted" for name, state in cluster.volumes.items() if state == "faulted"]
    if closed:
        yield Step(gate="Longhorn", closed=closed, page="recover-merge.md")


def _vault(found: LabFound) -> Iterator[Step]:
    state = found.vault
    if state in {None, SealCase.UNSEALED}:
        return
    if state in {SealCase.SEALED, SealCase.UNFINISHED}:
        yield Step(gate="Vault", closed=["it waits for its shares"], deed=Deed(kind="unseal"), page="unseal.md")
    elif isinstance(state, SealCase):
        page = "recover-vault-lost.md" if state is SealCase.WIPED else "unseal.md"
        yield Step(gate="Vault", closed=[state.value], page=page, by_hand=True)
    else:
        yield Step(gate="Vault", closed=[state], page="unseal.md")


def _log_in(cluster: ClusterAnswer) -> Iterator[Step]:
    """Have the Secrets Operator log in anew: what it was refused before is not asked again for a long time."""
    closed = [f"{name} is not logged in" for name in cluster.logged_out]
    closed += [f"{name}: {why}" for name, why in _waiting(cluster, OPERATOR).items()]
    if closed:
        yield Step(
            gate="the Secrets Operator", closed=closed, deed=Deed(kind="log in", space=TOOLS),
            page="recover-vault-sealed.md",
        )  # fmt: skip


def _others(cluster: ClusterAnswer) -> Iterator[Step]:
    own = (f"{LONGHORN}/", OPERATOR, VAULT)
    waiting = {name: why for name, why in cluster.pods.items() if not name.startswith(own) and not _is_erp(name)}
    for space in sorted({name.partition("/")[0] for name in waiting}):
        yield _started(space, waiting, gate=space)


def _erp(cluster: ClusterAnswer) -> Iterator[Step]:
    for space in (space for space in cluster.held if _is_erp(space)):
        yield Step(
            gate="the ERP", closed=[f"{space} was held back"], deed=Deed(kind="release", space=space),
            page="recover-vault-sealed.md",
        )  # fmt: skip
    waiting = {name: why for name, why in cluster.pods.items() if _is_erp(name)}
    for space in sorted({name.partition("/")[0] for name in waiting} - cluster.held):
        yield _started(space, waiting, gate="the ERP")


def _started(space: str, waiting: Mapping[str, str], *, gate: str) -> Step:
    own = {name: why for name, why in waiting.items() if name.startswith(f"{space}/")}
    crashed = set(own.values()) - STARTING
    return Step(
        gate=gate, closed=[f"{name}: {why}" for name, why in own.items()],
        deed=Deed(kind="restart", space=space) if crashed else None, page="recover-vault-sealed.md",
    )  # fmt: skip


def _waiting(cluster: ClusterAnswer, begins: str) -> Mapping[str, str]:
    return {name: why for name, why in cluster.pods.items() if name.startswith(begins)}


def _is_erp(name: str) -> bool:
    return name.partition("/")[0].startswith(ERP)
