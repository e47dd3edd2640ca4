"""What somebody changes on a machine by hand is named by machine, layer and operation, and repaired, exactly that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ops.official.event_log import Document
from rehearsal.hosts.bring_up import KIND, HostsLab
from rehearsal.lab import changes, expect, expect_success

NamedCheck = tuple[str, Callable[[HostsLab], None]]


@dataclass(frozen=True, kw_only=True)
class HostDrift:
    """One change by hand."""

    name: str
    """What is done."""
    machine: str
    """Where."""
    layer: str
    """The layer that must show it."""
    command: str
    """Does it, as root."""
    proof: str
    """Succeeds when it is repaired."""


DRIFTS: Sequence[HostDrift] = (
    HostDrift(
        name="a file is edited",
        machine="pi3",
        layer="base",
        command="sed -i s/pi2/pi4/ /etc/hosts",
        proof="grep -q pi2 /etc/hosts && ! grep -q pi4 /etc/hosts",
    ),
    HostDrift(
        name="a package is removed",
        machine="pi2",
        layer="base",
        command="DEBIAN_FRONTEND=noninteractive apt-get purge --yes --quiet unattended-upgrades",
        proof="dpkg-query -Wf '${Status}' unattended-upgrades | grep -q 'ok installed'",
    ),
    HostDrift(
        name="a service is stopped and switched off",
        machine="pi1",
        layer="pki",
        command="systemctl disable --now step-ca.service",
        proof="systemctl is-active --quiet step-ca.service && systemctl is-enabled --quiet step-ca.service",
    ),
    HostDrift(
        name="a container is killed and its Compose file changed",
        machine="pi3",
        layer="dns",
        command="docker ps -qf label=com.docker.compose.project=dns | xargs docker kill; "
        "echo '# by hand' >>/opt/factory/dns/compose.yaml",
        proof="! grep -q 'by hand' /opt/factory/dns/compose.yaml && docker ps --format '{{.Status}}' | grep -q healthy",
    ),
    HostDrift(
        name="the rights of a file with a secret are widened",
        machine="pi2",
        layer="gitea",
        command="chmod 644 /opt/factory/gitea/secrets/secret_key",
        proof='test "$(stat -c %a /opt/factory/gitea/secrets/secret_key)" = 600',
    ),
)


class HostDriftRound:
    """All changes at once, each of which must show at its own place."""

    def __init__(self, drifts: Sequence[HostDrift] = DRIFTS) -> None:
        """Begin with nothing changed."""
        self._drifts = drifts
        self._shown: Document | None = None
        self._repair: Document | None = None

    def checks(self) -> Iterator[NamedCheck]:
        """Return the checks in order: what shows it, what repairs it, then each change."""
        yield "hosts, drift: refresh asks every machine", self._check_shown
        yield "hosts, drift: one run repairs exactly that", self._check_repaired
        for drift in self._drifts:
            yield f"hosts, drift on {drift.machine}: {drift.name}", self._each(drift)

    def _check_shown(self, lab: HostsLab) -> None:
        for drift in self._drifts:
            lab.machines[drift.machine].run("sudo sh -s", given=drift.command)
        self._shown = lab.stack.run("refresh", preview_only=True)
        expect_success(self._shown)

    def _check_repaired(self, lab: HostsLab) -> None:
        self._repair = lab.stack.run("up", refresh=True)
        expect_success(self._repair)
        wanted = {f"{drift.machine}-{drift.layer}" for drift in self._drifts}
        found = {step.urn.rpartition("::")[2] for step in self._repair.steps if step.op == "update"}
        expect(found == wanted, f"expected {sorted(wanted)} repaired and nothing else, found {sorted(found)}")
        again = lab.stack.run("preview", refresh=True)
        expect_success(again)
        expect(not changes(again), "expected nothing left to repair, found:\n" + "\n".join(changes(again)))

    def _each(self, drift: HostDrift) -> Callable[[HostsLab], None]:
        def check(lab: HostsLab) -> None:
            name = f"{drift.machine}-{drift.layer}"
            steps = self._shown.steps if self._shown else []
            fitting = [step for step in steps if step.type == KIND and step.urn.endswith(f"::{name}")]
            shown = any(path.startswith(("pending", "differences")) for step in fitting for path in step.diff)
            expect(
                shown,
                f"expected `refresh` to show a pending operation of {name}, found:\n"
                + ("\n".join(changes(self._shown)) if self._shown else "no run"),
            )
            found = lab.machines[drift.machine].run("sudo sh -s", given=drift.proof, check=False)
            expect(found.returncode == 0, f"expected it repaired on {drift.machine}, `{drift.proof}` says otherwise")

        return check
