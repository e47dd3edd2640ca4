"""The cluster gets the next patch: in order, one node at a time, also when machines are lost on the way."""

import json
import time
from collections.abc import Callable, Iterator, Mapping

import yaml
from pydantic import JsonValue

from hosts.k3s.snapshot_script import KEPT as KEPT_SNAPSHOTS
from hosts.k3s.version import Version
from rehearsal.checks.cluster.node_watch import NodeWatch, watch_faults
from rehearsal.checks.hosts.layer_cut import POWER, LayerCut, lose_inside
from rehearsal.checks.hosts.runs import check_second_run
from rehearsal.hosts.bring_up import STACK, HostsLab
from rehearsal.lab import expect, expect_success
from rehearsal.stack_files import SETTINGS
from stacks.host_layers import IN_TURN

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
        now = _pinned(lab)
        for version, fault in (
            (now._replace(minor=now.minor + 2), "skips a minor version"),
            (now._replace(patch=now.patch - 1), "is older"),
        ):
            _declare(lab, version=str(version))
            document = lab.stack.run("preview")
            said = "\n".join(one.message for one in document.diagnostics)
            words = (f"has k3s {now}, {version} ", fault)
            expect(document.result == "failed" and all(word in said for word in words), f"{words}, found:\n{said}")
        _declare(lab, version=str(now))

    def preview(self, lab: HostsLab) -> str:
        """Declare the next patch, and prove that the preview has the steps of each node and nothing else."""
        expect(not _differences(lab), "expected nothing to do before the upgrade")
        _declare_next(lab)
        first, *agents = _order(lab)
        wanted = {f"{first}-k3s", *(f"{agent}-{layer}" for agent in agents for layer in IN_TURN)}
        found = set(_differences(lab))
        expect(found == wanted, f"expected changes of {sorted(wanted)}, found {sorted(found)}")
        return f"{len(found)} steps"

    def upgrade(self, lab: HostsLab) -> str:
        """Upgrade while the nodes are watched; the datastore keeps what it had, and is kept before."""
        order = _order(lab)
        server = lab.machines[order[0]]
        kubectl = "sudo k3s kubectl"
        server.run(f"{kubectl} apply --server-side --filename=-", given=json.dumps(KEPT))
        count = f"sudo ls {SNAPSHOTS.format(data=lab.settings.data)} 2>/dev/null | wc -l"
        before = int(server.run(count).stdout)
        watch = NodeWatch(server)
        begun = time.monotonic()
        with watch.watching():
            for cut in self._cuts:
                lose_inside(lab, cut)
                _await_answers(lab)
            expect_success(lab.stack.run("up", refresh=bool(self._cuts)))
        seconds = time.monotonic() - begun
        wanted = _next(lab)
        faults = [*watch_faults(watch.seen, order=order, wanted=wanted)]
        expect(not faults, "\n".join(faults))
        nodes = watch.look()
        left = [name for name in order if not nodes[name].back or nodes[name].version != wanted]
        expect(not left, f"expected every node back in {wanted}, found others: {left}")
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


def _order(lab: HostsLab) -> list[str]:
    servers = lab.settings.roles.servers
    return [*servers, *(host.name for host in lab.settings.hosts if host.name not in servers)]


def _pinned(lab: HostsLab) -> Version:
    (settings,) = [
        outputs["settings"] for urn, outputs in lab.stack.resources("factory:hosts:Layer").items()
        if urn.endswith(f"::{_order(lab)[0]}-k3s")
    ]  # fmt: skip
    return Version.read(str(_mapping(_mapping(settings)["node"])["version"]))


def _next(lab: HostsLab) -> Version:
    rehearsed = lab.settings.rehearsed
    after = rehearsed.k3s_next if rehearsed else None
    return Version.read(str(after.version if after else None))


def _differences(lab: HostsLab) -> list[str]:
    document = lab.stack.run("preview")
    expect_success(document)
    return [step.urn.rpartition("::")[2] for step in document.steps if step.op == "update"]


def _declare(lab: HostsLab, *, version: str) -> None:
    """Let the program that stands for k3s say that it is *version*; the program is the same."""
    _rewrite(lab, lambda rehearsed: {**rehearsed, "k3s": {**_mapping(rehearsed["k3s"]), "version": version}})


def _declare_next(lab: HostsLab) -> None:
    _rewrite(lab, lambda rehearsed: {**rehearsed, "k3s": rehearsed["k3s_next"]})


def _rewrite(lab: HostsLab, change: Callable[[Mapping[str, JsonValue]], Mapping[str, JsonValue]]) -> None:
    file = lab.stack.folder / f"Pulumi.{STACK}.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    settings = content["config"][SETTINGS]
    settings["rehearsed"] = dict(change(settings["rehearsed"]))
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
