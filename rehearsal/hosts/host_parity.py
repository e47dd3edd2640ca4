"""What stood on the machines of a rehearsal for what the machines of production have."""

import subprocess
from collections.abc import Iterator, Mapping

from hosts.pin import Image, Program
from hosts.versions import PINS
from rehearsal.hosts.bring_up import KIND, HostsLab
from rehearsal.hosts.cluster_parity import cluster_parity
from rehearsal.machines.machine import Machine
from rehearsal.parity import PartUsed
from rehearsal.part import Part
from rehearsal.parts import STEP_CA, STEP_CLI, VAULT

SYSTEM = "Debian 12"
PATIENCE = 20
PROGRAMS: Mapping[str, Part] = {"step-ca": STEP_CA, "step-cli": STEP_CLI}


def host_parity(lab: HostsLab) -> Iterator[PartUsed]:
    """Yield the rows of the machines' parts."""
    yield from _machines(lab)
    for name, origin in lab.origins.items():
        pin = PINS[name]
        if isinstance(pin, Image):
            # A stand-in carries the name and tag of production, and is never the same thing.
            yield PartUsed(name=f"image {name}", production=pin.named, used=origin, same=False)
    for name, part in PROGRAMS.items():
        pin = PINS[name]
        if isinstance(pin, Program):
            yield PartUsed(
                name=name,
                production=pin.version,
                used=f"{part.version}, built from its Go module",
                same=pin.version == part.version,
            )
    yield from _docker(lab)
    if not _no_cluster(lab):
        yield from cluster_parity()
    yield _vault(lab)
    yield from _not_rehearsed(lab)


def not_on_machines(reason: str) -> PartUsed:
    """Return the row that stands for all of it where no machine can run."""
    return PartUsed(name="machines", production=SYSTEM, used=f"not rehearsed here: {reason}", same=False)


def _machines(lab: HostsLab) -> Iterator[PartUsed]:
    for machine in lab.machines:
        release = _said(machine, "cat /etc/debian_version")
        used = f"Debian {release}, a container with its own systemd"
        yield PartUsed(name=machine.name, production=f"{SYSTEM}, a Raspberry Pi", used=used, same=False)


def _docker(lab: HostsLab) -> Iterator[PartUsed]:
    machine = next(iter(lab.machines))
    version = _said(machine, "sudo docker version --format '{{.Server.Version}}'")
    used = f"{version} (Debian package docker.io), Compose of Debian"
    yield PartUsed(name="Docker", production="the publisher's packages, Compose plugin", used=used, same=False)


def _vault(lab: HostsLab) -> PartUsed:
    begins = "as soon as it can be" if _no_cluster(lab) else "once its manifest is there"
    used = f"Vault {VAULT.version}, started by systemd {begins}; its port 443 stands for Traefik"
    return PartUsed(name="Vault in the cluster", production="a pod of the chart, behind Traefik", used=used, same=False)


def _no_cluster(lab: HostsLab) -> bool:
    return lab.settings.rehearsed is None or lab.settings.rehearsed.k3s is None


def _said(machine: Machine, command: str) -> str:
    """Return what the machine says; the table is also for a rehearsal that failed and left it unreachable."""
    try:
        return machine.run(command, check=False, timeout=PATIENCE).stdout.strip() or "none"
    except subprocess.TimeoutExpired:
        return "(no answer)"


def _not_rehearsed(lab: HostsLab) -> Iterator[PartUsed]:
    """Yield what the layers say that they could not give these machines: it was not rehearsed, and so not passed."""
    missing: dict[str, list[str]] = {}
    for urn, outputs in lab.stack.resources(KIND).items():
        gives = outputs.get("gives")
        text = gives.get("not_here") if isinstance(gives, dict) else None
        for thing in str(text).split("; ") if text else []:
            missing.setdefault(thing, []).append(urn.rpartition("::")[2])
    for thing, layers in missing.items():
        yield PartUsed(name=thing, production="yes", used=f"not rehearsed here ({', '.join(layers)})", same=False)
