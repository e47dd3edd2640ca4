"""Keep every run away from production, unless production is asked for by name."""

import dataclasses
import ipaddress
import re
import socket
import unicodedata
import urllib.parse
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from provider.factory_error import FactoryError

TARGET_VARIABLE = "FACTORY_TARGET"
PRODUCTION = "production"
PRODUCTION_FILE = Path(__file__).resolve().parent.parent / "production.yaml"

_SEPARATORS = re.compile(r"[,;\s]+")
_BRACKETED = re.compile(r"^\[([^\]]*)\](?::\d*)?$")
_WITH_PORT = re.compile(r"^([^:]*):\d*$")
_IPV4_BITS = 32
_SIX_TO_FOUR_SHIFT = 80
_USER = re.compile(r"[^/@\s]+@")


class ProductionRefusedError(FactoryError):
    """Production is in reach of a run that did not ask for it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Production:
    """The addresses, names and buckets that production is made of."""

    addresses: frozenset[ipaddress.IPv4Address]
    names: tuple[str, ...]
    buckets: tuple[str, ...]

    def contains(self, text: str) -> bool:
        """Tell whether *text*, an address, a name or a URL, leads to production."""
        return any(self._is_bucket(text) or self._is_host(host) for host in _hosts(text))

    def _is_bucket(self, text: str) -> bool:
        wanted = _plain(text)
        return any(wanted == bucket or wanted.startswith((f"{bucket}/", f"{bucket}?")) for bucket in self.buckets)

    def _is_host(self, host: str) -> bool:
        return bool(_addresses(host) & self.addresses) or any(_fits(host, name) for name in self.names)


def read_production(file: Path = PRODUCTION_FILE) -> Production:
    """Read what production is; a file that says nothing is an error, for the guard would let everything pass."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        production = Production(
            addresses=frozenset(ipaddress.IPv4Address(address) for address in content["addresses"]),
            names=tuple(_plain(name) for name in content["names"]),
            buckets=tuple(_plain(bucket) for bucket in content["buckets"]),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        message = (
            f"{file}: cannot be read as the list of production addresses ({type(error).__name__}). Expected the lists "
            "addresses, names and buckets; nothing is contacted without them. `git checkout production.yaml` helps"
        )
        raise ProductionRefusedError(message) from error
    if not (production.addresses and production.names and production.buckets):
        message = f"{file}: addresses, names or buckets is empty. Expected at least one of each"
        raise ProductionRefusedError(message)
    return production


def production_is_meant(environment: Mapping[str, str]) -> bool:
    """Tell whether a run in *environment* was asked for production, by name."""
    return environment.get(TARGET_VARIABLE) == PRODUCTION


def refuse_production(
    addresses: Mapping[str, str], environment: Mapping[str, str], production: Production | None = None
) -> None:
    """Raise when one of *addresses* (where it was found → address) is production and the run did not ask for it."""
    if production_is_meant(environment):
        return
    known = production or read_production()
    found = [
        f"{place}: {_without_user(address)} is production"
        for place, address in addresses.items()
        if known.contains(address)
    ]
    if found:
        asked = environment.get(TARGET_VARIABLE)
        state = "is not set" if asked is None else "has another value"
        found.append(
            f"Nothing was contacted. {TARGET_VARIABLE} {state}; to work on production on purpose, "
            f"set {TARGET_VARIABLE}={PRODUCTION} and use the official CLI"
        )
        raise ProductionRefusedError("\n".join(found))


def _without_user(address: str) -> str:
    """Leave out the user part, for it may carry a password."""
    return _USER.sub("[user]@", address)


def _plain(text: str) -> str:
    """Undo what changes the look of a name but not its meaning: case, wide letters, percent signs, a last dot."""
    return unicodedata.normalize("NFKC", urllib.parse.unquote(str(text))).casefold().strip().rstrip("./")


def _hosts(text: str) -> Iterable[str]:
    """Yield each host that *text* can stand for: libpq takes lists, URLs carry users, ports and paths."""
    for part in _SEPARATORS.split(_plain(text)):
        bare = part.split("://", maxsplit=1)[-1]
        authority = re.split(r"[/?#]", bare, maxsplit=1)[0].rsplit("@", maxsplit=1)[-1]
        match = _BRACKETED.match(authority) or _WITH_PORT.match(authority)
        yield _plain(match.group(1) if match else authority)


def _fits(host: str, name: str) -> bool:
    if name.startswith("*."):
        return host == name[2:] or host.endswith(name[1:])
    return host == name


def _addresses(host: str) -> frozenset[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that *host* spells, in any notation that the system's own parser takes."""
    try:
        return frozenset({ipaddress.IPv4Address(socket.inet_aton(host))})
    except (OSError, ValueError):
        pass  # not a spelling of an IPv4 address; the IPv6 forms that carry one follow
    try:
        number = int(ipaddress.IPv6Address(host.split("%", maxsplit=1)[0]))
    except ValueError:
        return frozenset()
    mask = (1 << _IPV4_BITS) - 1
    return frozenset({ipaddress.IPv4Address(number & mask), ipaddress.IPv4Address(number >> _SIX_TO_FOUR_SHIFT & mask)})
