"""Files that make a Debian root a machine of the rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.machines.network import GATEWAY

PROXY_PORT = 3142
PROXY = f"http://{GATEWAY}:{PROXY_PORT}"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One file."""

    text: str
    """What it holds."""
    mode: int = 0o644
    """Its permissions."""


# `vm.*`, `kernel.*` and `fs.*` belong to the whole computer: a machine gets copies, so that what it writes stays with
# it. Of the disks it sees its own two, and the boot command line that it booted with is that of its own file.
BOOT = """#!/bin/sh
set -u
R=/run/rehearsal; mkdir -p $R/sys
for d in vm kernel fs; do
  cp -r --no-preserve=all /proc/sys/$d $R/sys/ 2>/dev/null
  for k in kernel/random kernel/hostname kernel/domainname fs/binfmt_misc; do
    case $k in $d/*) [ -e $R/sys/$k ] && mount --rbind /proc/sys/$k $R/sys/$k;; esac
  done
  mount --rbind $R/sys/$d /proc/sys/$d
done
cp /boot/firmware/cmdline.txt $R/cmdline && mount --bind $R/cmdline /proc/cmdline
mkdir $R/block
for disk in $(cat /run/udev/disks); do cp -P /sys/block/$disk $R/block/; done
mount --bind $R/block /sys/block
"""

BOOT_UNIT = """[Unit]
Description=What only a machine of the rehearsal needs
DefaultDependencies=no
Before=systemd-sysctl.service systemd-udevd.service local-fs-pre.target sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/rehearsal-boot
[Install]
WantedBy=sysinit.target
"""

# One line, as the firmware of a Raspberry Pi wants it.
COMMAND_LINE = "console=serial0,115200 console=tty1 root=PARTUUID=00000000-02 rootfstype=ext4 fsck.repair=yes rootwait"

NOTHING = "/dev/null"
# Asking for all devices would make every machine look at those of the whole computer.
TRIGGER = """[Service]
ExecStart=
ExecStart=-/bin/sh -c 'udevadm trigger --action=add $(sed s,^,/sys/class/block/, /run/udev/disks)'
"""

WANTED = "etc/systemd/system/sysinit.target.wants"

OVERLAY: Mapping[str, Placed | str] = {
    "boot/firmware/cmdline.txt": Placed(text=COMMAND_LINE + "\n", mode=0o755),
    "boot/firmware/config.txt": Placed(text="arm_64bit=1\n", mode=0o755),
    "etc/apt/apt.conf.d/90rehearsal-proxy": Placed(text=f'Acquire::http::Proxy "{PROXY}";\n'),
    "etc/default/locale": Placed(text="LANG=C.UTF-8\n"),
    "etc/machine-id": Placed(text=""),
    "etc/resolv.conf": Placed(text=f"nameserver {GATEWAY}\n"),
    "etc/sudoers.d/010_pi-nopasswd": Placed(text="pi ALL=(ALL) NOPASSWD: ALL\n", mode=0o440),
    "etc/systemd/system/rehearsal-boot.service": Placed(text=BOOT_UNIT),
    "usr/local/sbin/rehearsal-boot": Placed(text=BOOT, mode=0o755),
    f"{WANTED}/rehearsal-boot.service": "../rehearsal-boot.service",
    # Nobody types at a machine's console.
    "etc/systemd/system/console-getty.service": NOTHING,
    # These change the whole computer.
    "etc/systemd/system/systemd-binfmt.service": NOTHING,
    "etc/systemd/system/proc-sys-fs-binfmt_misc.automount": NOTHING,
    "etc/systemd/system/proc-sys-fs-binfmt_misc.mount": NOTHING,
    "etc/systemd/system/systemd-udev-trigger.service.d/rehearsal.conf": Placed(text=TRIGGER),
}
"""Place → file, or where a link leads."""
