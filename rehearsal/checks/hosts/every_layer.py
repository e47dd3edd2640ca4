"""Every layer loses its machine once by a power cut and once by a network cut, while bare machines are brought up."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from provider.vault_seal.explained import NEVER_FINISHED, NOBODY_HAS
from rehearsal.checks.hosts.by_other_means import state_checks
from rehearsal.checks.hosts.layer_cut import NETWORK, POWER, LayerCut, Loss, Seen, cut_inside, expect_seen
from rehearsal.checks.hosts.runs import check_asked_again, check_digests
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect_success
from stacks.host_things import THING_ORDER

Named = tuple[str, Callable[[HostsLab], str | None]]

INSTALLING = "pidof dpkg >/dev/null"
SWITCH_SECONDS = 90.0
"""How long a guarded change waits for a connection and then for the machine, which may be cut off by the change."""

CUTS: Sequence[LayerCut] = (
    LayerCut(
        machine="pi3",
        layer="base",
        operation="Install the packages of every host",
        loss=POWER,
        until=INSTALLING,
    ),
    LayerCut(
        machine="pi3",
        layer="base",
        operation="Let only keys log in",
        loss=NETWORK,
        guarded=SWITCH_SECONDS,
    ),
    LayerCut(machine="pi3", layer="disks", operation="Make the file system", loss=POWER),
    LayerCut(machine="pi3", layer="disks", operation="Make the file system", loss=NETWORK),
    LayerCut(machine="pi1", layer="pki", operation="Make the certificate authority", loss=POWER),
    LayerCut(machine="pi1", layer="pki", operation="Make the certificate authority", loss=NETWORK),
    LayerCut(machine="pi3", layer="pki_replica", operation="Place the certificate of the root", loss=POWER),
    LayerCut(machine="pi3", layer="pki_replica", operation="Configure the certificate authority", loss=NETWORK),
    LayerCut(
        machine="pi3",
        layer="docker",
        operation="Install Docker and Compose",
        loss=POWER,
        until=INSTALLING,
    ),
    LayerCut(
        machine="pi3",
        layer="docker",
        operation="Install Docker and Compose",
        loss=NETWORK,
        until=INSTALLING,
    ),
    LayerCut(machine="pi3", layer="dns", operation="Run Pi-hole", loss=POWER),
    LayerCut(machine="pi3", layer="dns", operation="Share the address", loss=NETWORK),
    LayerCut(machine="pi3", layer="resolver", operation="Ask the lab's resolvers", loss=POWER, guarded=SWITCH_SECONDS),
    LayerCut(machine="pi3", layer="resolver", operation="Make sure that the lab's resolvers answer", loss=NETWORK),
    LayerCut(machine="pi2", layer="postgres", operation="Make the databases of PostgreSQL", loss=POWER),
    LayerCut(machine="pi2", layer="postgres", operation="Run PostgreSQL", loss=NETWORK),
    LayerCut(machine="pi2", layer="pgbouncer", operation="Run PgBouncer", loss=POWER),
    LayerCut(machine="pi2", layer="pgbouncer", operation="Configure PgBouncer", loss=NETWORK),
    LayerCut(machine="pi2", layer="gitea", operation="Run Gitea", loss=POWER),
    LayerCut(machine="pi2", layer="gitea", operation="Make the first administrator", loss=NETWORK),
    LayerCut(
        machine="pi3",
        layer="iscsi",
        operation="Install the iSCSI initiator",
        loss=POWER,
        until=INSTALLING,
    ),
    LayerCut(
        machine="pi3",
        layer="iscsi",
        operation="Install the iSCSI initiator",
        loss=NETWORK,
        until=INSTALLING,
    ),
    LayerCut(machine="pi1", layer="k3s", operation="Run the server of the cluster", loss=POWER),
    LayerCut(machine="pi1", layer="k3s", operation="Configure the server of the cluster", loss=NETWORK),
    LayerCut(machine="pi3", layer="k3s_agent", operation="Run the agent of the cluster", loss=POWER),
    LayerCut(machine="pi3", layer="k3s_agent", operation="Configure the agent of the cluster", loss=NETWORK),
    *(
        LayerCut(machine="pi1", layer=thing, operation=f"{operation} the manifest of {thing}", loss=loss)
        for thing in THING_ORDER
        for operation, loss in (("Place", NETWORK), ("Have the cluster as", POWER))
    ),
    LayerCut(
        machine="pi3", layer="backup_keeper", operation="Install what keeps backups", loss=POWER, until=INSTALLING
    ),
    LayerCut(machine="pi3", layer="backup_keeper", operation="Run the keeper", loss=NETWORK),
    LayerCut(machine="pi2", layer="backup", operation="Install what backs up", loss=POWER, until=INSTALLING),
    LayerCut(machine="pi2", layer="backup", operation="Say what is backed up", loss=NETWORK),
    LayerCut(machine="pi3", layer="runner", operation="Register the runner with Gitea", loss=POWER),
    LayerCut(machine="pi3", layer="runner", operation="Run the runner", loss=NETWORK),
)
"""In the order of the layers; each operation is one that a machine which has the layer's beginning still lacks."""


def cut_of(layer: str, loss: Loss) -> LayerCut:
    """Return the cut of *layer* by *loss*."""
    return next(cut for cut in CUTS if (cut.layer, cut.loss) == (layer, loss))


def every_layer_checks() -> Iterator[Named]:
    """Return the checks by name: for each kind of loss one bring-up from bare machines."""
    for loss in (POWER, NETWORK):
        yield from EveryLayer([cut for cut in CUTS if cut.loss is loss], title=loss.title).checks()


class EveryLayer:
    """One bring-up of bare machines in which each layer loses its machine once."""

    def __init__(self, cuts: Sequence[LayerCut], *, title: str) -> None:
        """Begin with nothing seen."""
        self._cuts = cuts
        self._title = title
        self._seen: dict[LayerCut, Seen | str] = {}

    def checks(self) -> Iterator[Named]:
        """Return the checks by name."""
        yield f"every layer, {self._title}: bare machines are brought up all the same", self._bring_up
        for cut in self._cuts:
            yield f"every layer, {cut.title}: told by name and in time", self._each(cut)
        yield f"every layer, {self._title}: nothing is left to do", check_asked_again
        for name, check in state_checks():
            yield f"every layer, {self._title}, {name}", check
        yield f"every layer, {self._title}: the same digest of every layer", check_digests

    def _bring_up(self, lab: HostsLab) -> str:
        lab.begin_anew()
        runs = anew = 0
        waiting = [*self._cuts]
        # Each loss may hit Vault while it makes its keys, so it may have to begin anew once for each.
        while waiting and runs <= 2 * len(self._cuts):
            seen, errors = cut_inside(lab, _first_of_each_machine(waiting))
            runs += 1
            self._seen.update(seen)
            waiting = [cut for cut in waiting if cut not in seen]
            if _without_keys(message for _, message in errors):
                anew += 1
                lab.vault.wipe()
            elif not seen:
                break
        document = lab.stack.run("up", refresh=True)
        if _without_keys(item.message for item in document.diagnostics):
            anew += 1
            lab.vault.wipe()
            document = lab.stack.run("up", refresh=True)
        expect_success(document)
        return f"{runs + 1} runs, Vault begun anew {anew} times since it lost its power while it made its keys"

    def _each(self, cut: LayerCut) -> Callable[[HostsLab], str]:
        def check(lab: HostsLab) -> str:
            del lab
            return expect_seen(cut, self._seen)

        return check


def _without_keys(messages: Iterable[str]) -> bool:
    """Tell whether Vault lost its power while it made its keys: nobody has them, and the page says to begin anew."""
    return any(words in message for message in messages for words in (NEVER_FINISHED, NOBODY_HAS))


def _first_of_each_machine(cuts: Sequence[LayerCut]) -> Sequence[LayerCut]:
    first: dict[str, LayerCut] = {}
    for cut in cuts:
        first.setdefault(cut.machine, cut)
    return [*first.values()]
