"""The file that tells a host whom to ask for names."""

from collections.abc import Sequence
from ipaddress import IPv4Address

PATH = "/etc/resolv.conf"
MARK = "# The lab's own resolvers: the address that they share, then each of them."
"""First line once the host asks the lab's own resolvers; what wrote the file before leaves it alone from then on."""
LARGEST = 3
"""The C library asks no more than this."""
OPTIONS = "timeout:1 attempts:2"
"""A resolver that is silent costs a second, and all are asked twice: with three of them a name is known after 5 s at
the latest while one answers."""


def render_resolver(servers: Sequence[IPv4Address]) -> str:
    """Return the file for the lab's own resolvers."""
    return "\n".join([MARK, *(f"nameserver {server}" for server in servers), f"options {OPTIONS}"]) + "\n"
