"""Packages reach the machines, nothing else does."""

import socket
from pathlib import Path

import pytest

from rehearsal.machines.base_root import CACHE
from rehearsal.machines.machine import Machine
from rehearsal.machines.machine_files import PROXY
from rehearsal.machines.machines import Machines

pytestmark = pytest.mark.slow

ASK = """
import sys, urllib.request
proxy = urllib.request.ProxyHandler({{"http": "{proxy}", "https": "{proxy}"}})
try:
    urllib.request.build_opener(proxy).open("{address}", timeout=5)
except Exception as error:
    print(error)
"""


def _ask(machine: Machine, address: str) -> str:
    return machine.run("python3 -", given=ASK.format(proxy=PROXY, address=address)).stdout


def _kept() -> set[Path]:
    return set((CACHE.expanduser() / "packages").iterdir())


def test_a_package_is_installed_and_kept_for_the_next_machine(lab: Machines) -> None:
    """The first machine's package comes through the proxy, the second's from its cache."""
    install = "sudo apt-get -qq install -y --no-install-recommends tree </dev/null >/dev/null 2>&1; tree --version"
    assert lab["pi2"].run(install).stdout.startswith("tree v")
    kept = _kept()

    assert lab["pi3"].run(install).stdout.startswith("tree v")
    assert _kept() == kept
    assert [path for path in kept if path.name.startswith("part-")] == []


def test_the_proxy_asks_debian_mirrors_only(pi1: Machine) -> None:
    """Another host is refused, by plain request and by tunnel, before anything is asked of it."""
    assert "no Debian mirror" in _ask(pi1, "http://example.org/")
    assert "no Debian mirror" in _ask(pi1, "https://example.org/")
    assert "no Debian mirror" in _ask(pi1, "http://127.0.0.1:22/")


def test_nothing_else_is_reached(lab: Machines) -> None:
    """There is no way out of the lab's network, for a machine or for a program inside: production has no address."""
    assert "Network is unreachable" in lab["pi1"].run("ping -c1 -W1 192.168.1.201 2>&1", check=False).stdout

    with lab.inside(), pytest.raises(OSError, match="Network is unreachable"):
        socket.create_connection(("192.168.1.201", 22), 1)
