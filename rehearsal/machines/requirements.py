"""What this computer must have before it can run machines."""

import os
import sys

from rehearsal.debian import PackagesMissingError, ensure
from rehearsal.machines.control_group import unified_mount
from rehearsal.machines.package_sources import NoMirrorError, PackageSources, package_sources

PACKAGES = (
    "e2fsprogs",
    "iproute2",
    "mmdebstrap",
    "nftables",
    "openssh-client",
    "systemd-container",
    "util-linux",
)


class MachinesUnavailableError(RuntimeError):
    """A computer that cannot run machines; the text is one sentence that says why."""


def require_machines() -> PackageSources:
    """Install what is missing and return where packages come from; refuse in one sentence where machines cannot run."""
    if sys.platform != "linux":
        raise MachinesUnavailableError(
            f"the machines of the rehearsal need Linux, this is {sys.platform}: run it on a Linux machine as root"
        )
    if os.geteuid() != 0:
        raise MachinesUnavailableError(
            "the machines of the rehearsal need root (systemd-nspawn, network namespaces): start the same with sudo"
        )
    try:
        ensure(PACKAGES)
        sources = package_sources()
    except (PackagesMissingError, NoMirrorError) as error:
        raise MachinesUnavailableError(str(error)) from error
    if unified_mount() is None:
        raise MachinesUnavailableError(
            "the machines of the rehearsal need a mounted cgroup2, found none: mount -t cgroup2 none /sys/fs/cgroup"
        )
    return sources
