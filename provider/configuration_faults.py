"""What the provider is told about the systems it works on; each system is given whole or not at all."""

from collections.abc import Iterator, Mapping

from provider.input_faults import input_faults
from provider.values import Properties

SYSTEMS: tuple[Mapping[str, type], ...] = (
    {"host": str, "port": float, "username": str, "sslmode": str},
    {"gitea_url": str, "gitea_ca": str},
    {"vault_url": str, "vault_ca": str, "vault_mount": str, "vault_role": str},
    {"cloudflare_api": str},
    {"google_api": str},
    {"ovh_api": str},
)
OPTIONAL = frozenset({"gitea_ca", "vault_ca", "vault_mount", "vault_role"})
TOGETHER = frozenset({"vault_mount", "vault_role"})
"""Of no use without each other."""


def configuration_faults(given: Properties) -> Iterator[tuple[str, str]]:
    """Yield (key, fault) for what is unknown, of the wrong type, or missing of a system that is named."""
    needed = {key for system in SYSTEMS if not given.keys().isdisjoint(system) for key in system} - OPTIONAL
    if not given.keys().isdisjoint(TOGETHER):
        needed |= TOGETHER
    every = {key: kind for system in SYSTEMS for key, kind in system.items()}
    for key, fault in input_faults(given, every):
        if key in given or key in needed:
            yield key, fault
