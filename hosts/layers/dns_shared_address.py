"""The address that two resolvers share: keepalived's configuration and its health check."""

from ipaddress import IPv4Address
from typing import Annotated

import pydantic

from hosts.model import Model

KEEPALIVED = "/etc/keepalived/keepalived.conf"
HERE = IPv4Address("127.0.0.1")
CHECK = "/usr/local/lib/factory/resolves"

Interface = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z][a-z0-9.]{0,14}$")]


class SharedAddress(Model):
    """One host's half of the shared address."""

    address: IPv4Address
    """The address that moves."""
    prefix: Annotated[int, pydantic.Field(ge=8, le=32)] = 24
    """Length of the network's prefix."""
    interface: Interface
    """Where it is put."""
    own: IPv4Address
    """Address of this host."""
    other: IPv4Address
    """Address of the other host; the two talk by unicast, which no switch filters."""
    priority: Annotated[int, pydantic.Field(ge=1, le=254)]
    """Of the hosts that answer the higher one holds the address."""
    router: Annotated[int, pydantic.Field(ge=1, le=255)] = 53
    """Number of the pair, the same on both and on no other pair of the network."""


def resolving(name: str, *, server: IPv4Address = HERE) -> str:
    """Return a shell command that succeeds when *server* answers with an address."""
    # dig ends well without an address too, and writes its complaints where the answer would stand.
    return f"dig +short +time=1 +tries=1 @{server} {name} A | grep -Eqx '[0-9.]+'"


def render_check(name: str) -> str:
    """Return a script that succeeds when the resolver on this host resolves *name*."""
    return f"#!/bin/sh\n{resolving(name)}\n"


def render_keepalived(shared: SharedAddress) -> str:
    """Return keepalived's configuration."""
    return f"""\
global_defs {{
    enable_script_security
    script_user nobody
    vrrp_version 3
}}

vrrp_script resolves {{
    script "{CHECK}"
    interval 1
    timeout 2
    fall 2
    rise 2
    # After a boot the address stays where it is until the resolver here was seen to answer.
    init_fail
}}

vrrp_instance dns {{
    state BACKUP
    interface {shared.interface}
    virtual_router_id {shared.router}
    priority {shared.priority}
    # The other host takes over after three of these without a word, and a fraction.
    advert_int 0.5
    # After a cut between the two alone the loser falls silent before the winner heard it, and nobody else would tell
    # the network whose the address is.
    garp_master_refresh 1
    garp_master_refresh_repeat 1
    unicast_src_ip {shared.own}
    unicast_peer {{
        {shared.other}
    }}
    virtual_ipaddress {{
        {shared.address}/{shared.prefix} dev {shared.interface}
    }}
    track_script {{
        resolves
    }}
}}
"""
