"""Check: everything can start, and what carries the cluster starts without it."""

from pathlib import Path

from hosts.start.start_faults import start_faults


def start_order(root: Path) -> list[str]:
    """Return each unknown need, each circle, and each foundation that waits for the cluster."""
    del root
    return [f"hosts/start/starts.py: {fault}" for fault in start_faults()]
