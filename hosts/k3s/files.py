"""The files of k3s, computed from what a host is told."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address

import yaml

from hosts.k3s import places as at
from hosts.k3s.node import Node

DISABLED = ("local-storage",)
"""Longhorn gives the default class of storage, and two defaults are none."""
BALANCES = "svccontroller.k3s.cattle.io/enablelb=true"
"""Once one node has this label, the ports of services are taken on labelled nodes alone."""
NO_MEMORY = (
    "k3s: expected memory in /sys/fs/cgroup/cgroup.controllers, found none: the boot command line lacks its flags"
)
MEMORY_COUNTED = f"grep -qw memory /sys/fs/cgroup/cgroup.controllers || {{ echo '{NO_MEMORY}' >&2; exit 1; }}"

Yaml = str | bool | Sequence[str]


def render_server(node: Node, *, names: Sequence[str], servers: int, first: IPv4Address | None) -> str:
    """Return the configuration of a server; `first` is the one that it joins, None where it is that itself."""
    settings: dict[str, Yaml] = {
        **_settings(node),
        "token-file": at.TOKEN,
        "agent-token-file": at.AGENT_TOKEN,
        "tls-san": [str(node.address), *names],
        # From the first start: what was written before would stay as it is.
        "secrets-encryption": True,
        "write-kubeconfig-mode": "0600",
        "disable": [*DISABLED],
    }
    if first is not None:
        settings["server"] = f"https://{first}:{at.PORT}"
    elif servers > 1:
        settings["cluster-init"] = True
    return _yaml(settings)


def render_agent(node: Node, *, server: IPv4Address) -> str:
    """Return the configuration of an agent."""
    return _yaml({**_settings(node), "server": f"https://{server}:{at.PORT}", "token-file": at.TOKEN})


def _settings(node: Node) -> Mapping[str, Yaml]:
    labels: Mapping[str, Yaml] = {"node-label": [BALANCES]} if node.balances else {}
    return {"node-name": node.name, "node-ip": str(node.address), **labels}


def _yaml(settings: Mapping[str, Yaml]) -> str:
    return yaml.safe_dump(dict(settings), sort_keys=False, width=120)


def render_unit(role: str) -> str:
    """Return the unit of systemd of a `server` or an `agent`; nothing outside the cluster waits for it."""
    return f"""\
[Unit]
Description=Kubernetes of the lab, {role}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
ExecStartPre=/bin/sh -c "{MEMORY_COUNTED}"
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart={at.BINARY} {role}
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
"""
