"""Layer: Vault, one server with storage that can be snapshotted."""

from hosts.cluster.manifest_layer import manifest_layer
from hosts.cluster.vault import Vault, render_vault

LAYER = manifest_layer(
    "vault",
    settings=Vault,
    render=render_vault,
    needs=("k3s", "longhorn", "cert_manager", "traefik"),
    pins=("vault-chart",),
    holds_data=True,
)
