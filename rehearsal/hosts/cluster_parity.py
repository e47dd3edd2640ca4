"""What stood in a rehearsal for the cluster of production."""

from collections.abc import Iterator

from hosts.pin import Chart, Program
from hosts.versions import PINS
from rehearsal.k3s.chart_definitions import OWN, PUBLISHED
from rehearsal.parity import PartUsed
from rehearsal.parts import KINE, KUBERNETES, KWOK

DEFINITIONS = "definitions of"
BROUGHT = "what its chart brings"


def cluster_parity() -> Iterator[PartUsed]:
    """Yield the rows of k3s, the charts, and what says which fields the charts' kinds have."""
    used = f"stand-in: Kubernetes {KUBERNETES.version} on kine {KINE.version}, nodes simulated by kwok {KWOK.version}"
    pin = PINS["k3s"]
    version = pin.version if isinstance(pin, Program) else "none"
    yield PartUsed(name="k3s", production=version, used=f"{used}; no container is run", same=False)
    yield PartUsed(
        name="several servers of k3s",
        production="a setting (roles.servers)",
        used="not rehearsed here: their files are tested as values, how k3s has them join is its own code",
        same=False,
    )
    charts = {pin.name: pin.version for pin in PINS.values() if isinstance(pin, Chart)}
    yield PartUsed(
        name="charts",
        production=", ".join(f"{name} {version}" for name, version in charts.items()),
        used="not rehearsed here: their HelmChart objects are validated strictly and applied, nothing is installed",
        same=False,
    )
    for published in PUBLISHED:
        production = charts.get(published.name)
        yield PartUsed(
            name=f"{DEFINITIONS} {', '.join(published.kinds)}",
            production=f"{published.name} {production}" if production else BROUGHT,
            used=f"{published.name} {published.version}, from its Go module",
            same=published.version == production,
        )
    yield PartUsed(
        name=f"{DEFINITIONS} {', '.join(OWN)}", production=BROUGHT, used="own schemas: fields listed here", same=False
    )
