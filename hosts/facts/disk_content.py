"""What is on a disk that shall hold data, asked in one question and without writing."""

import dataclasses

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase

BY_ID = "/dev/disk/by-id"
_LOOKED_AT = 16
"""Mebibytes at the start and at the end of a disk in which anything but zeros is something."""

# `lsblk` knows each disk below a mount, also through partitions, LVM and encryption.
_ASK = f"""
say() {{ printf '%s=%s\\n' "$1" "$2"; }}
link={BY_ID}/$1 mount=$2
say mounted_there "$(findmnt --noheadings --output SOURCE --mountpoint "$mount" 2>/dev/null | head -n 1)"
say line "$(awk -v m="$mount" '!/^[ \\t]*#/ && $2 == m' /etc/fstab 2>/dev/null | head -n 1)"
[ -e "$link" ] || {{ say device ''; exit 0; }}
device=$(readlink -f -- "$link") || exit 1
[ -b "$device" ] || {{ say device ''; exit 0; }}
say device "$device"
say kind "$(lsblk --noheadings --nodeps --output TYPE -- "$device")"
say parts "$(lsblk --noheadings --raw --output NAME -- "$device" | sed 1d | tr '\\n' ' ')"
mounts=$(lsblk --noheadings --raw --output MOUNTPOINTS -- "$device" | sed 's/\\\\x0a/\\n/g' | grep .)
say mounts "$(printf '%s' "$mounts" | tr '\\n' ' ')"
for path in / /boot /boot/firmware /usr; do
    source=$(findmnt --noheadings --nofsroot --output SOURCE --target "$path" 2>/dev/null | tail -n 1)
    [ -b "$source" ] || continue
    lsblk --noheadings --raw --inverse --paths --output NAME -- "$source" | grep -qxF -- "$device" && say root yes
done
found=$(blkid --probe --output export -- "$device" 2>/dev/null)
code=$?
# 2 says that nothing was found, 8 that more than one thing was.
case $code in 0 | 2 | 8) say probe "$code" ;; *) exit 1 ;; esac
for name in TYPE LABEL PTTYPE; do say "$name" "$(printf '%s\\n' "$found" | sed -n "s/^$name=//p")"; done
size=$(blockdev --getsize64 "$device") || exit 1
say size "$size"
if [ "$code" = 2 ]; then
    bytes=$(({_LOOKED_AT} << 20))
    [ "$bytes" -lt "$size" ] || bytes=$size
    if head -c "$bytes" -- "$device" | tr -d '\\0' | head -c 1 | grep -qz .; then say other yes
    elif tail -c "$bytes" -- "$device" | tr -d '\\0' | head -c 1 | grep -qz .; then say other yes; fi
fi
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Content:
    """A disk and its place."""

    device: str | None
    """Where it is now, for example /dev/sda; None when there is no such disk."""
    whole: bool = True
    """Whether the id names a whole disk, and no partition of one."""
    root: bool = False
    """Whether the system runs from it."""
    parts: tuple[str, ...] = ()
    """Partitions, and what else is made of it."""
    mounts: tuple[str, ...] = ()
    """Where it, or a part of it, is mounted."""
    filesystem: str | None = None
    label: str | None = None
    table: str | None = None
    """Kind of its partition table."""
    other: bool = False
    """Whether it holds what is not known."""
    size: int = 0
    """Bytes."""
    mounted_there: str | None = None
    """What is mounted where it belongs."""
    line: str | None = None
    """Line of /etc/fstab for that place."""


class DiskContent(FactBase[Content]):
    """What the disk `disk` holds, which belongs to the folder `mount`."""

    def command(self, disk: str, mount: str) -> StringCommand:
        """Ask by its stable id."""
        return StringCommand("sh -c", QuoteString(_ASK), "disk", QuoteString(disk), QuoteString(mount))

    def process(self, output: list[str]) -> Content:
        """Return what was found."""
        said = dict(line.partition("=")[::2] for line in output)
        if "device" not in said:
            raise FactProcessError("expected to hear of a disk, found nothing")
        mounted_there, line = said["mounted_there"] or None, said["line"] or None
        if not said["device"]:
            return Content(device=None, mounted_there=mounted_there, line=line)
        return Content(
            device=said["device"],
            whole=said["kind"].strip() in {"disk", "loop"},
            root="root" in said,
            parts=tuple(said["parts"].split()),
            mounts=tuple(said["mounts"].split()),
            filesystem=said["TYPE"] or None,
            label=said["LABEL"] or None,
            table=said["PTTYPE"] or None,
            other="other" in said or said["probe"] == "8",
            size=int(said["size"]),
            mounted_there=mounted_there,
            line=line,
        )
