"""The file that says whom a host asks for names: first by the layer base, after the switch by the layer resolver."""

from collections.abc import Sequence
from ipaddress import IPv4Address

PATH = "/etc/resolv.conf"
FIRST = "# factory: first resolvers"
"""First line of the file until the switch."""
SWITCHED = "# factory: shared resolver"
"""First line of the file after the switch: the layer base leaves such a file alone."""

# A holder of the shared address that dies is noticed within three seconds: asking again bridges that.
OPTIONS = "options timeout:1 attempts:2"

NETWORK_MANAGER = "/etc/NetworkManager/conf.d/10-factory.conf"
DHCP_CLIENT = "/etc/dhcp/dhclient-enter-hooks.d/factory"
"""Read where the program is installed; without them it would write the file again at the next lease."""


def render_resolv_conf(servers: Sequence[IPv4Address], *, search: str, owner: str) -> str:
    """Return the file; `owner` is its first line, by which the layers know whose it is."""
    lines = [owner, f"search {search}", *(f"nameserver {server}" for server in servers), OPTIONS]
    return "\n".join(lines) + "\n"


def render_keepers() -> dict[str, str]:
    """Return path → text of what keeps other programs from writing the file."""
    return {
        NETWORK_MANAGER: "[main]\ndns=none\n",
        DHCP_CLIENT: "make_resolv_conf() { :; }\n",
    }
