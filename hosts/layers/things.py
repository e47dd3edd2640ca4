"""The layers of what the first server gives its cluster as manifests, in their order."""

from collections.abc import Sequence
from typing import Any

from hosts.layer import Layer
from hosts.layers import (
    argocd,
    cert_manager,
    coredns,
    crowdsec,
    longhorn,
    secrets_operator,
    traefik,
    vault,
    volume_backups,
)

THINGS: Sequence["Layer[Any]"] = (
    coredns.LAYER,
    longhorn.LAYER,
    cert_manager.LAYER,
    traefik.LAYER,
    vault.LAYER,
    secrets_operator.LAYER,
    volume_backups.LAYER,
    argocd.LAYER,
    crowdsec.LAYER,
)
