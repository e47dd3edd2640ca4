"""The files of the layer docker: pure text from settings."""

import json
from collections.abc import Sequence

DAEMON = "/etc/docker/daemon.json"
CERTIFICATES = "/etc/docker/certs.d"
ROOT = "/etc/docker/lab-root.crt"
DROP_IN = "/etc/systemd/system/docker.service.d/10-factory.conf"

# Docker would go on to 192.168.0.0/16, where the lab's own network is.
_NETWORKS = {"base": "172.20.0.0/14", "size": 24}


def render_daemon(*, folder: str, mirrors: Sequence[str], log_mebibytes: int, log_files: int) -> str:
    """Return the daemon's configuration."""
    settings: dict[str, object] = {
        "data-root": folder,
        "default-address-pools": [_NETWORKS],
        # From Docker 29 on images would lie in containerd's own folder, which is not on the data disk.
        "features": {"containerd-snapshotter": False},
        # A restart of the daemon is no restart of the containers.
        "live-restore": True,
        "log-driver": "local",
        "log-opts": {"max-file": str(log_files), "max-size": f"{log_mebibytes}m"},
    }
    if mirrors:
        settings["registry-mirrors"] = list(mirrors)
    return json.dumps(settings, indent=2, sort_keys=True) + "\n"


def render_drop_in(*, folder: str) -> str:
    """Return what keeps the daemon from starting, and from filling the card, while the data disk is missing."""
    return f"[Unit]\nRequiresMountsFor={folder}\n"
