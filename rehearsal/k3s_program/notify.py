"""Tell systemd that the unit is up."""

import os
import socket


def notify_ready() -> None:
    """Tell it, where it asked."""
    where = os.environ.get("NOTIFY_SOCKET")
    if where:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            to_systemd.sendto(b"READY=1", "\0" + where[1:] if where.startswith("@") else where)
