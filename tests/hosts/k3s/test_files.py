"""The files of k3s, as values."""

import subprocess
from ipaddress import IPv4Address

import pytest
import yaml

from hosts.k3s import places as at
from hosts.k3s.files import MEMORY_COUNTED, render_agent, render_server, render_unit
from hosts.k3s.node import Node

PI1 = Node(name="pi1", address=IPv4Address("192.0.2.1"), version="1.34.3+k3s1", balances=True)
PI2 = Node(name="pi2", address=IPv4Address("192.0.2.2"), version="1.34.3+k3s1", balances=False)


def test_only_server() -> None:
    """It encrypts secrets, is known by each of its names, keeps what it tells to itself, and starts no etcd."""
    text = render_server(PI1, names=["pi1.lan", "192.0.2.200"], servers=1, first=None)

    assert yaml.safe_load(text) == {
        "node-name": "pi1", "node-ip": "192.0.2.1", "node-label": ["svccontroller.k3s.cattle.io/enablelb=true"],
        "token-file": at.TOKEN, "agent-token-file": at.AGENT_TOKEN,
        "tls-san": ["192.0.2.1", "pi1.lan", "192.0.2.200"], "secrets-encryption": True,
        "write-kubeconfig-mode": "0600", "disable": ["local-storage"],
    }  # fmt: skip


def test_several_servers() -> None:
    """The first makes the cluster's own datastore, the others join it."""
    first = yaml.safe_load(render_server(PI1, names=[], servers=3, first=None))
    second = yaml.safe_load(render_server(PI2, names=[], servers=3, first=PI1.address))

    assert first["cluster-init"] is True
    assert "server" not in first
    assert second["server"] == "https://192.0.2.1:6443"
    assert "cluster-init" not in second


def test_agent_takes_no_port_that_is_not_its_own() -> None:
    """An agent without the label keeps 80 and 443 for what stands beside the cluster."""
    assert yaml.safe_load(render_agent(PI2, server=PI1.address)) == {
        "node-name": "pi2", "node-ip": "192.0.2.2", "server": "https://192.0.2.1:6443",
        "token-file": at.TOKEN,
    }  # fmt: skip


@pytest.mark.parametrize("role", ["server", "agent"])
def test_unit_is_understood_and_waits_for_memory(role: str) -> None:
    """The program starts only where memory is accounted, and nothing starts before or with it but the network."""
    lines = render_unit(role).splitlines()

    assert f"ExecStart=/usr/local/bin/k3s {role}" in lines
    assert f'ExecStartPre=/bin/sh -c "{MEMORY_COUNTED}"' in lines
    before = [line for line in lines if line.startswith(("Before=", "Requires=", "Wants=", "After=", "RequiredBy="))]
    assert before == ["Wants=network-online.target", "After=network-online.target"]


def test_memory_that_is_not_accounted_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the kernel lists no memory, the guard fails and says what is missing; where it does, it passes."""
    listed = tmp_path_factory.mktemp("cgroup") / "cgroup.controllers"
    guard = MEMORY_COUNTED.replace("/sys/fs/cgroup/cgroup.controllers ||", f"{listed} ||")
    for controllers, code in (("cpuset cpu io pids", 1), ("cpuset cpu io memory pids", 0)):
        listed.write_text(controllers)
        done = subprocess.run(["/bin/sh", "-c", guard], capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert ("expected memory" in done.stderr) == bool(code)
