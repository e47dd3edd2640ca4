"""Layer: Longhorn, and the volume that backups are written to."""

from hosts.cluster.longhorn import Longhorn, render_longhorn
from hosts.cluster.manifest_layer import manifest_layer

LAYER = manifest_layer(
    "longhorn",
    settings=Longhorn,
    render=render_longhorn,
    needs=("k3s", "iscsi"),
    pins=("longhorn-chart",),
    holds_data=True,
)
