"""A data disk: when it may be written to, and how it is made and mounted."""

from collections.abc import Generator

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.disk_content import BY_ID, Content, DiskContent

_OPTIONS = "defaults,noatime,nofail,x-systemd.device-timeout=15s"

_MAKE = """
set -eu
label=$1 device=$2
wipefs --all --quiet -- "$device"
mkfs.ext4 -q -F -m 0 -L "$label" -- "$device"
udevadm settle --timeout=10 || true
"""

_MOUNT = """
set -eu
label=$1 mount=$2 line=$3
mkdir -p -- "$mount"
if [ -n "$line" ]; then
    awk -v m="$mount" '/^[ \\t]*#/ || $2 != m' /etc/fstab >/etc/fstab.factory 2>/dev/null || true
    printf '%s\\n' "$line" >>/etc/fstab.factory
    chmod 644 /etc/fstab.factory
    sync /etc/fstab.factory
    mv -fT /etc/fstab.factory /etc/fstab
    systemctl daemon-reload
fi
mountpoint -q -- "$mount" && exit 0
mount -- "$mount"
"""


def refusal(content: Content, *, disk: str, label: str, mount: str, may_be_erased: bool) -> str | None:
    """Return why the disk must not be touched, None when it may."""
    if content.device is None:
        return f"{BY_ID}/{disk}: expected a disk, found none"
    place = f"{BY_ID}/{disk} ({content.device})"
    unusable = _unusable(content, mount=mount)
    if unusable is not None:
        return f"{place}: {unusable}"
    found = _foreign(content, label=label)
    if found is None or may_be_erased:
        return None
    return (
        f"{place}: expected an empty disk or our own file system {label}, found {found}: nothing was written. "
        f"If all of it may be lost, list {disk} under may_be_erased"
    )


def _unusable(content: Content, *, mount: str) -> str | None:
    """Return why it cannot hold data whatever may be erased."""
    if content.root:
        return "expected a disk for data, found the one that the system runs from"
    if not content.whole:
        return "expected a whole disk, found a part of one"
    elsewhere = [path for path in content.mounts if path != mount]
    if elsewhere:
        return f"expected a disk that nobody uses, found it mounted at {', '.join(elsewhere)}"
    if content.mounted_there not in {None, content.device}:
        return f"expected it or nothing at {mount}, found {content.mounted_there}"
    return None


def is_ours(content: Content, *, label: str) -> bool:
    """Tell whether the disk carries the lab's own file system: it is kept, whatever may be erased."""
    return (content.filesystem, content.label, content.parts) == ("ext4", label, ())


def _foreign(content: Content, *, label: str) -> str | None:
    if is_ours(content, label=label):
        return None
    if content.parts or content.table:
        return f"partitions ({content.table or 'of an unknown kind'}): {', '.join(content.parts) or 'none yet'}"
    if content.filesystem:
        return f"{content.filesystem} with the label {content.label or '(none)'}"
    return "data of an unknown kind" if content.other else None


def render_line(label: str, *, mount: str) -> str:
    """Return the line of /etc/fstab; without the disk the machine boots all the same."""
    return f"LABEL={label} {mount} ext4 {_OPTIONS} 0 2"


@operation()
def data_disk(*, disk: str, label: str, mount: str, may_be_erased: bool) -> Generator[StringCommand, None, None]:
    """Make the file system of an empty disk; refuse a disk that holds anything else, before anything is written.

    + disk: its stable id in /dev/disk/by-id
    + label: of the file system
    + mount: where it belongs
    + may_be_erased: whether what it holds may be lost; our own file system is kept even so
    """
    content = host.get_fact(DiskContent, disk=disk, mount=mount)
    reason = refusal(content, disk=disk, label=label, mount=mount, may_be_erased=may_be_erased)
    if reason is not None:
        raise OperationError(reason)
    if is_ours(content, label=label):
        host.noop(f"{disk} carries {label}")
        return
    if content.mounts or content.device is None:
        raise OperationError(f"{disk}: expected a disk that nobody uses, found it mounted")
    if not state.is_executing:
        found = _foreign(content, label=label) or "nothing"
        record_difference(disk, text=f"{content.device}: {found}, {content.size >> 20} MiB → ext4 {label}")
    yield StringCommand("sh -c", QuoteString(_MAKE), "disk", QuoteString(label), QuoteString(content.device))


@operation()
def mounted_disk(*, disk: str, label: str, mount: str) -> Generator[StringCommand, None, None]:
    """Mount the file system by its label, now and after each boot."""
    content = host.get_fact(DiskContent, disk=disk, mount=mount)
    line = render_line(label, mount=mount)
    right = content.line is not None and content.line.split() == line.split()
    if right and content.mounted_there is not None:
        host.noop(f"{label} is mounted at {mount}")
        return
    if not state.is_executing and not right:
        record_difference("/etc/fstab", text=f"{content.line or 'nothing'} → {line}")
    wanted = QuoteString("" if right else line)
    yield StringCommand("sh -c", QuoteString(_MOUNT), "mount", QuoteString(label), QuoteString(mount), wanted)
