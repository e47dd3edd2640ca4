"""What the layer base tells the system itself: name, time zone, boot command line, no swap."""

from collections.abc import Generator, Sequence

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import OperationError
from pyinfra.api.operation import operation
from pyinfra.context import host, state

from hosts.differences import record_difference
from hosts.facts.system_state import BOOT_LINE, SystemState

# The firmware's partition is FAT: no owner, no mode, and no rename that a power cut leaves whole without `sync`.
_WRITE_BOOT_LINE = f"""
set -eu
printf '%s\\n' "$1" >{BOOT_LINE}.factory
sync
mv -fT -- {BOOT_LINE}.factory {BOOT_LINE}
sync
"""

_SWAP_OFF = r"""
set -eu
swapoff --all
[ ! -e /etc/fstab ] || sed -i -E 's/^([^#]\S*\s+\S+\s+swap\s)/# by factory: \1/' /etc/fstab
"""


@operation()
def host_name(*, wanted: str) -> Generator[StringCommand, None, None]:
    """Name the host, now and after each boot."""
    found = host.get_fact(SystemState)
    if (found.name, found.lasting_name) == (wanted, wanted):
        host.noop(f"the host is called {wanted}")
        return
    if not state.is_executing:
        record_difference("/etc/hostname", text=f"{found.name}, {found.lasting_name} after a boot → {wanted}")
    yield StringCommand("hostnamectl set-hostname --", QuoteString(wanted))


@operation()
def time_zone(*, zone: str) -> Generator[StringCommand, None, None]:
    """Set the time zone in which logs and timers are read."""
    found = host.get_fact(SystemState)
    if found.zone == zone:
        host.noop(f"the time zone is {zone}")
        return
    target = QuoteString(f"/usr/share/zoneinfo/{zone}")
    yield StringCommand(
        *("test -f", target, "&& ln -sfn --", target, "/etc/localtime"),
        *("&& printf '%s\\n'", QuoteString(zone), ">/etc/timezone"),
    )


@operation()
def boot_flags(*, flags: Sequence[str]) -> Generator[StringCommand, None, None]:
    """Append flags to the single line that the firmware hands to the kernel; they count from the next boot on."""
    found = host.get_fact(SystemState)
    if found.boot_line is None:
        host.noop("the host is no Raspberry Pi")
        return
    if found.boot_lines != 1:
        raise OperationError(f"{BOOT_LINE}: expected a single line, found {found.boot_lines}: nothing was changed")
    missing = [flag for flag in flags if flag not in found.boot_line.split()]
    if not missing:
        host.noop("the flags are there")
        return
    wanted = " ".join([found.boot_line.strip(), *missing])
    if not state.is_executing:
        record_difference(BOOT_LINE, text=f"{BOOT_LINE}: + {' '.join(missing)}")
    yield StringCommand("sh -c", QuoteString(_WRITE_BOOT_LINE), "boot", QuoteString(wanted))


@operation()
def no_swap() -> Generator[StringCommand, None, None]:
    """Swap to nowhere, now and after each boot: Kubernetes counts on it, and SD cards wear out."""
    found = host.get_fact(SystemState)
    if found.container or not (found.swaps or found.lasting_swaps):
        host.noop("nothing is swapped to")
        return
    yield StringCommand("sh -c", QuoteString(_SWAP_OFF))
