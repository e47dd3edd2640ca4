"""The parity table: each part, what production has, and what stood for it here."""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.lab import Lab
from rehearsal.parts import PULUMI, plugin

POSTGRESQL = "16"
"""Major version in production."""
PGBOUNCER = "1.24.1"
"""Oldest version that production may have: the first whose own lookup refuses expired users."""
CPU = "aarch64"
"""CPU of the three machines."""


@dataclass(frozen=True, kw_only=True)
class PartUsed:
    """One line of the table."""

    name: str
    """The part."""
    production: str
    """Version or kind in production."""
    used: str
    """What stood here, and where it came from."""
    same: bool
    """Whether that is the same thing."""


def parity_table(lab: Lab, *, cpu: str) -> Sequence[PartUsed]:
    """Return the table for a rehearsal on a machine with this *cpu*."""
    postgresql, pgbouncer = lab.server.release, lab.bouncer.release
    engine = f"{lab.stack.engine} {lab.stack.release}"
    wanted = [app.instance for app in lab.intended.apps]
    found = [app.instance for app in lab.settings.apps]
    return [
        PartUsed(
            name="PostgreSQL",
            production=POSTGRESQL,
            used=f"{postgresql} ({lab.server.origin})",
            same=postgresql.split(".")[0] == POSTGRESQL,
        ),
        PartUsed(
            name="PgBouncer",
            production=f">= {PGBOUNCER}",
            used=f"{pgbouncer} ({lab.bouncer.origin})",
            same=_at_least(pgbouncer, PGBOUNCER),
        ),
        PartUsed(
            name="engine",
            production=f"pulumi {PULUMI.version}",
            used=engine,
            same=engine == f"pulumi {PULUMI.version}",
        ),
        *(
            PartUsed(
                name=f"provider {name}",
                production=f"official plugin {plugin(name).version}",
                used=f"{part.origin} {importlib.metadata.version(f'pulumi-{name}')}",
                same="official" in part.origin,
            )
            for name, part in lab.plugins.items()
        ),
        PartUsed(name="provider factory", production="this checkout", used="this checkout", same=True),
        PartUsed(name="applications", production=", ".join(wanted), used=", ".join(found), same=wanted == found),
        PartUsed(
            name="settings",
            production="Pulumi.postgres.yaml",
            used="Pulumi.postgres.yaml, address of the server replaced",
            same=True,
        ),
        PartUsed(name="CPU", production=CPU, used=cpu, same=cpu == CPU),
    ]


def _at_least(found: str, wanted: str) -> bool:
    return [int(part) for part in found.split(".")] >= [int(part) for part in wanted.split(".")]
