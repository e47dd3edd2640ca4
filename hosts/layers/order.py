"""All layers, in the order in which a host is given them."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from hosts.layer import Layer
from hosts.layers import (
    backup,
    backup_keeper,
    backup_off_site,
    base,
    disks,
    dns,
    docker,
    gitea,
    iscsi,
    k3s,
    k3s_agent,
    k3s_drain,
    k3s_return,
    pgbouncer,
    pki,
    pki_replica,
    postgres,
    resolver,
    runner,
)
from hosts.layers.things import THINGS

AnyLayer: TypeAlias = "Layer[Any]"
"""Each layer has a settings model of its own."""

LAYERS: Sequence[AnyLayer] = (
    base.LAYER,
    disks.LAYER,
    pki.LAYER,
    pki_replica.LAYER,
    docker.LAYER,
    dns.LAYER,
    resolver.LAYER,
    postgres.LAYER,
    pgbouncer.LAYER,
    gitea.LAYER,
    iscsi.LAYER,
    k3s.LAYER,
    k3s_drain.LAYER,
    k3s_agent.LAYER,
    k3s_return.LAYER,
    *THINGS,
    backup_keeper.LAYER,
    backup.LAYER,
    backup_off_site.LAYER,
    runner.LAYER,
)


def order_faults(layers: Sequence[AnyLayer] = LAYERS) -> Iterator[str]:
    """Yield each layer that stands twice, or before one that it needs."""
    known: list[str] = []
    for layer in layers:
        if layer.name in known:
            yield f"{layer.name}: stands twice in the order"
        yield from (
            f"{layer.name}: needs {need}, expected it among the layers before: {', '.join(known) or 'none'}"
            for need in layer.needs
            if need not in known
        )
        known.append(layer.name)
