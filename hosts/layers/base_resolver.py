"""Whom a host asks for names before the lab has resolvers of its own, and what keeps others from changing that."""

from collections.abc import Sequence
from ipaddress import IPv4Address

from hosts.layers.resolver_file import OPTIONS

NETWORK_MANAGER = "/etc/NetworkManager/conf.d/10-factory.conf"
DHCP_CLIENT = "/etc/dhcp/dhclient-enter-hooks.d/factory"
"""Each is read where its program is installed, which would otherwise write the file anew at the next lease."""


def render_first_resolvers(servers: Sequence[IPv4Address]) -> str:
    """Return the file that names them, each by its address."""
    lines = ["# Until the lab's own resolvers answer.", *(f"nameserver {server}" for server in servers)]
    return "\n".join([*lines, f"options {OPTIONS}"]) + "\n"


def render_keepers() -> dict[str, str]:
    """Return path → text of what keeps other programs from writing the file."""
    return {NETWORK_MANAGER: "[main]\ndns=none\n", DHCP_CLIENT: "make_resolv_conf() { :; }\n"}
