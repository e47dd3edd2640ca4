"""What this computer must have before it can run machines."""

import os
import platform
import re
import sys
from pathlib import Path

from rehearsal.debian import PackagesMissingError, ensure
from rehearsal.machines.control_group import unified_mount
from rehearsal.machines.package_sources import NoMirrorError, PackageSources, package_sources
from rehearsal.machines.system_command import SystemCommandError, system_command

PACKAGES = (
    "e2fsprogs",
    "iproute2",
    "mmdebstrap",
    "nftables",
    "openssh-client",
    "systemd-container",
    "util-linux",
)
OLDEST_KERNEL = (5, 14)
"""The first that ends a whole control group at once."""


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
    lack = _lack()
    if lack:
        raise MachinesUnavailableError(f"the machines of the rehearsal need {lack}")
    return sources


def _lack() -> str:
    """Return what this kernel, or the container that this runs in, does not give."""
    release = tuple(int(number) for number in re.findall(r"\d+", platform.release())[:2])
    if release < OLDEST_KERNEL:
        return f"Linux {'.'.join(map(str, OLDEST_KERNEL))} or later, this is {platform.release()}"
    try:
        system_command(["unshare", "--mount", "--net", "mount", "-t", "tmpfs", "tmpfs", "/tmp"])  # noqa: S108  # gone at once
    except SystemCommandError as error:
        return f"the right to make namespaces and mounts, which root lacks here (is this a container?): {error}"
    mount = unified_mount()
    if mount is None:
        return "a mounted cgroup2, found none: mount -t cgroup2 none /sys/fs/cgroup"
    if os.statvfs(mount).f_flag & os.ST_RDONLY:
        return f"a cgroup2 that can be written to, {mount} is read-only (is this a container?)"
    if not Path("/dev/loop-control").exists():
        return "loop devices, found no /dev/loop-control (is this a container?): modprobe loop"
    return ""
