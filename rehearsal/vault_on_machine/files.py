"""What Vault is told on a machine: pure text."""

import json

UNIT = "vault.service"
PATH = "vault.path"
MANIFEST = "/var/lib/rancher/k3s/server/manifests/factory-vault.yaml"
"""What the layer `vault` places; k3s would have the chart's pod started."""
AUTHORITY = "/var/lib/factory/authority-made"
"""While no layer places the manifest: what says that certificates can be had on the machine."""
PORT = 443
"""As the cluster's entry: the listener of Vault stands for it."""


def render_settings(*, address: str, data: str, tls: str) -> str:
    """Return Vault's own settings: one node with raft storage, and nothing that unseals it by itself."""
    inner = f"{address}:8201"
    return json.dumps(
        {
            "api_addr": f"https://{address}:{PORT}",
            "cluster_addr": f"https://{inner}",
            "disable_mlock": True,
            "storage": {"raft": {"path": data, "node_id": "vault", "performance_multiplier": "1"}},
            "listener": {
                "tcp": {
                    "address": f"{address}:{PORT}",
                    "cluster_address": inner,
                    "tls_cert_file": f"{tls}/tls.crt",
                    "tls_key_file": f"{tls}/tls.key",
                }
            },
        },
        indent=2,
    )


def render_unit(*, start: str, program: str, settings: str, mount: str) -> str:
    """Return the unit: Vault starts sealed, not without its data disk, and after what it needs was fetched."""
    return (
        "[Unit]\nDescription=Vault of the rehearsal\nAfter=network-online.target\nWants=network-online.target\n"
        f"RequiresMountsFor={mount}\nStartLimitIntervalSec=0\n\n"
        f"[Service]\nExecStartPre={start}\nExecStart={program} server -config={settings}\nTimeoutStartSec=300\n"
        "Restart=always\nRestartSec=2\n"
    )


def render_path(sign: str) -> str:
    """Return what starts the unit once the file *sign* is there, and after each boot from then on."""
    return (
        "[Unit]\nDescription=The chart of Vault was placed\n\n"
        f"[Path]\nPathExists={sign}\nUnit={UNIT}\n\n[Install]\nWantedBy=multi-user.target\n"
    )


def render_start(*, program: str, data: str, url: str, sha256: str, certificate: str) -> str:
    """Return what brings program and certificate where they are missing."""
    return (
        f"#!/bin/sh\nset -eu\ninstall -d -m 700 {data}\n"
        f"if [ ! -x {program} ]; then\n"
        f"    curl --silent --show-error --fail --output {program}.new {url}\n"
        f"    echo '{sha256}  {program}.new' | sha256sum --check --quiet\n"
        f"    chmod 755 {program}.new\n    mv {program}.new {program}\nfi\n"
        f"{certificate} vault\n"
    )
