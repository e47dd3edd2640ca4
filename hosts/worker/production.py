"""What counts as production, and the refusal to reach it by mistake; the list comes from who starts the worker."""

import ipaddress
import socket
import subprocess
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from hosts.inventory import Machine
from hosts.model import Model
from hosts.worker.errors import WorkerError
from hosts.worker.ssh_command import addressed

Target = Literal["production", "rehearsal"]


class Production(Model):
    """The addresses and names of production, none of which a rehearsal may reach."""

    addresses: Annotated[tuple[str, ...], Field(min_length=1)]
    """IPv4 addresses."""
    names: tuple[str, ...] = ()
    """Names; `*.example` is everything below example, and example itself."""


def refuse_way(machine: Machine, production: Production) -> None:
    """Raise when the way to *machine*, read as OpenSSH reads it, leads to production."""
    for place in _places(machine):
        found = [name for name in production.names if _fits(place, name)] + _common(_addresses(place), production)
        if found:
            raise WorkerError(_refusal(machine, found))


def refuse_machine(machine: Machine, own_addresses: Iterable[str], production: Production) -> None:
    """Raise when a machine that was reached has an address of production, whatever way led there."""
    if found := _common(own_addresses, production):
        raise WorkerError(_refusal(machine, found))


def _refusal(machine: Machine, found: Sequence[str]) -> str:
    return (
        f"{machine.name} ({machine.address}): leads to {', '.join(found)}, which is production. "
        "Nothing was changed. To work on production on purpose, set FACTORY_TARGET=production"
    )


def _common(addresses: Iterable[str], production: Production) -> list[str]:
    return sorted({_bare(address) for address in addresses} & {_bare(address) for address in production.addresses})


def _bare(address: str) -> str:
    """Return the IPv4 address inside an IPv6 one, and any other as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found if isinstance(found, ipaddress.IPv4Address) else found.ipv4_mapped or found)


def _places(machine: Machine) -> list[str]:
    """Return host name and jumps as OpenSSH's configuration makes them out."""
    answer = subprocess.run(["ssh", "-G", *addressed(machine)], capture_output=True, text=True, check=False)  # noqa: S607 - the operator's own ssh
    if answer.returncode:
        raise WorkerError(f"{machine.name} ({machine.address}): ssh refuses this: {answer.stderr.strip()}")
    options = dict(line.split(" ", 1) for line in answer.stdout.splitlines() if " " in line)
    jumps = [hop.rpartition("@")[2] for hop in options.get("proxyjump", "").split(",")]
    names = [machine.address, options.get("hostname", ""), *jumps, *(hop.partition(":")[0] for hop in jumps)]
    return [name for name in names if name and name != "none"]


def _addresses(name: str) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(name, None)]
    except OSError:
        return []


def _fits(host: str, name: str) -> bool:
    host, name = host.casefold().rstrip("."), name.casefold()
    return host == name or (name.startswith("*.") and (host == name[2:] or host.endswith(name[1:])))
