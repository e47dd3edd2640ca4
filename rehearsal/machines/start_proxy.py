"""Start the package proxy of one lab."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rehearsal.machines.base_root import CACHE
from rehearsal.machines.control_group import ControlGroup
from rehearsal.machines.machine_files import PROXY_PORT
from rehearsal.machines.network import GATEWAY

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 20.0


class ProxyError(RuntimeError):
    """The package proxy did not start."""


def start_proxy(lab: str, *, hosts: Sequence[str], log: Path) -> None:
    """Start the proxy of *lab* where it does not run; it listens when this returns, and ends with the lab."""
    group = ControlGroup(f"{lab}/package-proxy")
    if group.populated:
        return
    group.make()
    program = [
        sys.executable, "-P", "-m", "rehearsal.machines.package_proxy", lab, GATEWAY, str(PROXY_PORT),
        str(CACHE.expanduser() / "packages"), *hosts,
    ]  # fmt: skip
    with log.open("wb") as output:
        subprocess.run(
            group.command(program), cwd=CHECKOUT, check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )  # fmt: skip
    deadline = time.monotonic() + SECONDS
    while "ready" not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            raise ProxyError(f"expected the package proxy to start within {SECONDS:.0f} s, it said:\n{log.read_text()}")
        time.sleep(0.02)
