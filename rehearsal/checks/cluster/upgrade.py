"""The cluster gets the next patch: in order, one node at a time, also when machines are lost on the way."""

import json
import time
from collections.abc import Callable, Iterator

from hosts.k3s.snapshot_script import KEPT as KEPT_SNAPSHOTS
from rehearsal.checks.cluster.upgrade_steps import (
    declare_k3s,
    given_versions,
    node_order,
    upgrade_steps,
    watched_upgrade,
)
from rehearsal.checks.hosts.layer_cut import POWER, LayerCut, lose_inside
from rehearsal.checks.hosts.runs import check_second_run
from rehearsal.hosts.bring_up import HostsLab
from rehearsal.lab import expect, expect_success

KEPT = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "rehearsed-upgrade", "namespace": "default"},
    "data": {"kept": "yes"},
}
ANSWERS_SECONDS = 120
SNAPSHOTS = "{data}/k3s-snapshots"
CUTS = (
    LayerCut(machine="pi1", layer="k3s", operation="Run the server of the cluster", loss=POWER),
    LayerCut(machine="pi2", layer="k3s_agent", operation="Run the agent of the cluster", loss=POWER),
)
"""A server is lost while it begins with the next version, then an agent that was emptied for it."""

Named = tuple[str, Callable[[HostsLab], str | None]]


class UpgradeChecks:
    """One upgrade of a cluster that runs."""

    def __init__(self, *, cuts: bool) -> None:
        """Lose machines on the way where *cuts* says so."""
        self._cuts = CUTS if cuts else ()

    def checks(self) -> Iterator[Named]:
        """Return the checks by name."""
        yield "upgrade: an older version and a skipped minor one are refused before any machine is asked", self.refused
        yield "upgrade: the preview names each step", self.preview
        yield "upgrade: the next patch, one node at a time and in order", self.upgrade
        yield "upgrade: the second run changes nothing", check_second_run

    def refused(self, lab: HostsLab) -> None:
        """Prove that a version that may not follow fails the preview, with both versions named."""
        now = given_versions(lab)[upgrade_steps(lab)[0]]
        for version, fault in (
            (now._replace(minor=now.minor + 2), "skips a minor version"),
            (now._replace(patch=now.patch - 1), "is older"),
        ):
            # The program is the same, and says that it is another version.
            declare_k3s(lab, version=str(version))
            document = lab.stack.run("preview")
            said = "\n".join(one.message for one in document.diagnostics)
            words = (f"has k3s {now}, {version} ", fault)
            expect(document.result == "failed" and all(word in said for word in words), f"{words}, found:\n{said}")
        declare_k3s(lab, version=str(now))

    def preview(self, lab: HostsLab) -> str:
        """Declare the next patch, and prove that the preview has the steps of each node and nothing else."""
        expect(not _differences(lab), "expected nothing to do before the upgrade")
        following = lab.settings.rehearsed and lab.settings.rehearsed.k3s_next
        declare_k3s(lab, **(following.model_dump() if following else {}))
        wanted, found = set(upgrade_steps(lab)), set(_differences(lab))
        expect(found == wanted, f"expected changes of {sorted(wanted)}, found {sorted(found)}")
        return f"{len(found)} steps"

    def upgrade(self, lab: HostsLab) -> str:
        """Upgrade while the nodes are watched; the datastore keeps what it had, and is kept before."""
        server = lab.machines[node_order(lab)[0]]
        kubectl = "sudo k3s kubectl"
        server.run(f"{kubectl} apply --server-side --filename=-", given=json.dumps(KEPT))
        count = f"sudo ls {SNAPSHOTS.format(data=lab.settings.data)} 2>/dev/null | wc -l"
        before = int(server.run(count).stdout)
        begun = time.monotonic()
        with watched_upgrade(lab) as watch:
            for cut in self._cuts:
                lose_inside(lab, cut)
                _await_answers(lab)
            expect_success(lab.stack.run("up", refresh=bool(self._cuts)))
            seconds = time.monotonic() - begun
        found = server.run(f"{kubectl} get configmap rehearsed-upgrade --output=jsonpath='{{.data.kept}}'").stdout
        expect(found == "yes", f"expected what was in the datastore before, found {found!r}")
        after = int(server.run(count).stdout)
        expect(
            after > before or after == KEPT_SNAPSHOTS,
            f"expected another snapshot of the datastore, found {before} and {after}",
        )
        return f"{seconds:.0f} s, {len(watch.seen)} observations"


def _await_answers(lab: HostsLab) -> None:
    """Wait until every machine and Vault can be asked again after a loss; what they have is not changed by that."""
    deadline = time.monotonic() + ANSWERS_SECONDS
    while (document := lab.stack.run("refresh", preview_only=True)).result == "failed":
        if time.monotonic() > deadline:
            expect_success(document)
        time.sleep(1)


def _differences(lab: HostsLab) -> list[str]:
    document = lab.stack.run("preview")
    expect_success(document)
    return [step.urn.rpartition("::")[2] for step in document.steps if step.op == "update"]
