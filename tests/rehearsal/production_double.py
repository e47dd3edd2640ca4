"""A listener on loopback that a copied program takes for production."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.rehearsal.broken_program import replace_once

ADDRESS = "127.0.0.77"


@dataclass(kw_only=True)
class Double:
    """What came to the listener."""

    visitors: int = 0
    """Number of connections."""


@contextlib.contextmanager
def production_double(program: Path, *, guarded: bool) -> Iterator[Double]:
    """Point the settings of *program* to a listener, and list its address as production when *guarded*."""
    double = Double()
    with socket.create_server((ADDRESS, 0)) as listener:
        replace_once(program / "Pulumi.postgres.yaml", "host: 192.168.1.202", f"host: {ADDRESS}")
        replace_once(program / "Pulumi.postgres.yaml", "port: 6432", f"port: {listener.getsockname()[1]}")
        if guarded:
            replace_once(program / "production.yaml", "  - 192.168.1.202\n", f"  - {ADDRESS}\n")

        def count() -> None:
            with contextlib.suppress(OSError):
                while True:
                    listener.accept()[0].close()
                    double.visitors += 1

        thread = threading.Thread(target=count)
        thread.start()
        try:
            yield double
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
