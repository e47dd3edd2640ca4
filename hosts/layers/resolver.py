"""Layer: the host asks the lab's own resolvers, once they answer."""

import hashlib
from collections.abc import Generator, Sequence
from ipaddress import IPv4Address
from typing import Annotated

import pydantic
from pyinfra.api.command import QuoteString, StringCommand
from pyinfra.api.operation import operation
from pyinfra.context import host

from hosts.facts.file_state import FileState
from hosts.layer import Given, Layer
from hosts.layers.dns import DomainName
from hosts.layers.resolver_file import LARGEST, PATH, render_resolver
from hosts.model import Model
from hosts.operations.guarded_change import guarded_change


class Resolver(Model):
    """Whom a host asks for names."""

    servers: Annotated[tuple[IPv4Address, ...], pydantic.Field(min_length=2, max_length=LARGEST)]
    """The shared address first, then the resolvers themselves: who asks gets an answer while the address moves."""
    probe: DomainName
    """A record of the lab, which only its own resolvers know."""


# In a mount namespace of its own the C library reads another file, and asks as every program of the host will.
_ASK = """
set -u
name=$1 new=$(mktemp) || exit 1
shift
trap 'rm -f -- "$new"' EXIT
for server; do
    printf 'nameserver %s\\noptions timeout:1 attempts:1\\n' "$server" >"$new"
    tries=0
    until unshare --mount sh -c 'mount --bind "$1" /etc/resolv.conf && getent --service=hosts:dns ahostsv4 "$2"' \\
        ask "$new" "$name" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 15 ] || break 2
        sleep .3
    done
    server=
done
[ -z "$server" ] || { echo "$server: expected an address for $name, found none; nothing was changed" >&2; exit 1; }
"""


@operation()
def answering_resolvers(*, servers: Sequence[str], probe: str, wanted: str) -> Generator[StringCommand, None, None]:
    """Before a host turns to other resolvers, make sure that each of them answers it."""
    found = host.get_fact(FileState, path=PATH)
    if found is not None and found.sha256 == hashlib.sha256(wanted.encode()).hexdigest():
        host.noop("the host asks them already")
        return
    yield StringCommand("sh -c", QuoteString(_ASK), "ask", QuoteString(probe), *map(QuoteString, servers))


def deploy_resolver(resolver: Resolver, given: Given) -> None:
    """Ask each resolver from this host, then turn to them; the old file comes back unless names resolve."""
    del given
    text = render_resolver(resolver.servers)
    answering_resolvers(
        name="Make sure that the lab's resolvers answer",
        servers=tuple(map(str, resolver.servers)),
        probe=resolver.probe,
        wanted=text,
    )
    guarded_change(
        name="Ask the lab's resolvers",
        guard="resolver",
        files={PATH: text},
        reload="true",
        confirm=f"getent --service=hosts:dns ahostsv4 {resolver.probe}",
    )


LAYER = Layer(name="resolver", settings=Resolver, deploy=deploy_resolver, needs=("dns",))
