"""Layer: where Longhorn sends the cluster's volumes, and how often."""

from hosts.cluster.manifest_layer import manifest_layer
from hosts.cluster.volume_backups import VolumeBackups, render_volume_backups

LAYER = manifest_layer(
    "volume_backups",
    settings=VolumeBackups,
    render=render_volume_backups,
    needs=("k3s", "longhorn", "secrets_operator"),
    # What backs up data does not go because a line of a file went.
    holds_data=True,
)
