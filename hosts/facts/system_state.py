"""What a host itself is: its name, clock, memory and boot, asked in one question."""

import dataclasses

from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.exceptions import FactProcessError
from pyinfra.api.facts import FactBase

BOOT_LINE = "/boot/firmware/cmdline.txt"

_ASK = f"""
say() {{ printf '%s=%s\\n' "$1" "$2"; }}
say container "$(systemd-detect-virt --container 2>/dev/null)"
say name "$(cat /proc/sys/kernel/hostname)"
say lasting_name "$(cat /etc/hostname 2>/dev/null)"
say zone "$(readlink /etc/localtime)"
if [ -f {BOOT_LINE} ]; then say boot_lines "$(grep -c . {BOOT_LINE})"; say boot_line "$(head -n 1 {BOOT_LINE})"; fi
say booted_with "$(cat /proc/cmdline)"
say controllers "$(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null)"
say swaps "$(sed 1d /proc/swaps | cut -d' ' -f1 | tr '\\n' ' ')"
say lasting_swaps "$(grep -cE '^[^#]\\S*\\s+\\S+\\s+swap\\s' /etc/fstab 2>/dev/null)"
say wants_reboot "$([ -e /run/reboot-required ] && echo yes)"
say resolver "$(head -n 1 /etc/resolv.conf 2>/dev/null)"
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class System:
    """What a host says of itself."""

    container: bool
    """Whether it shares its kernel with other machines: clock, swap and modules are not its own."""
    name: str
    lasting_name: str
    """Its name after the next boot."""
    zone: str
    """Time zone, for example `Europe/Paris`; empty when there is none."""
    boot_line: str | None
    """What the firmware hands to the kernel; None where it does not: the host is no Raspberry Pi."""
    boot_lines: int
    """Lines in that file; the firmware reads the first alone."""
    booted_with: str
    controllers: tuple[str, ...]
    """What the kernel can limit."""
    swaps: tuple[str, ...]
    """Where the host swaps to now."""
    lasting_swaps: int
    """The same after the next boot, in number."""
    wants_reboot: bool
    """Whether an upgrade asked for one."""
    resolver: str
    """First line of the file that says whom to ask for names."""


class SystemState(FactBase[System]):
    """What the host says of itself."""

    def command(self) -> StringCommand:
        """Ask for all in one."""
        return StringCommand("sh -c", QuoteString(_ASK))

    def process(self, output: list[str]) -> System:
        """Return what was said."""
        said = dict(line.partition("=")[::2] for line in output)
        try:
            return System(
                container=said["container"] not in {"", "none"},
                name=said["name"],
                lasting_name=said["lasting_name"],
                zone=said["zone"].partition("/zoneinfo/")[2],
                boot_line=said.get("boot_line"),
                boot_lines=int(said.get("boot_lines", "0")),
                booted_with=said["booted_with"],
                controllers=tuple(said["controllers"].split()),
                swaps=tuple(said["swaps"].split()),
                lasting_swaps=int(said["lasting_swaps"] or 0),
                wants_reboot=said["wants_reboot"] == "yes",
                resolver=said["resolver"],
            )
        except KeyError as missing:
            raise FactProcessError(
                f"expected the host to say {missing}, found {', '.join(said) or 'nothing'}"
            ) from missing
