"""What the provider is told about the systems it works on; each system is given whole or not at all."""

from collections.abc import Iterator, Mapping

from provider.input_faults import input_faults
from provider.values import Properties

POSTGRES: Mapping[str, type] = {"host": str, "port": float, "username": str, "sslmode": str}
GITEA: Mapping[str, type] = {"gitea_url": str, "gitea_ca": str}
OPTIONAL = frozenset({"gitea_ca"})


def configuration_faults(given: Properties) -> Iterator[tuple[str, str]]:
    """Yield (key, fault) for what is unknown, of the wrong type, or missing of a system that is named."""
    for key, fault in input_faults(given, {**POSTGRES, **GITEA}):
        if key in given or (key not in OPTIONAL and _is_named(given, POSTGRES if key in POSTGRES else GITEA)):
            yield key, fault


def _is_named(given: Properties, system: Mapping[str, type]) -> bool:
    return not given.keys().isdisjoint(system)
