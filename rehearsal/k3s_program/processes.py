"""The programs that k3s contains, as processes that end with it."""

import os
import signal
import subprocess
import sys
from types import FrameType

from rehearsal.k3s_program.say import fail
from rehearsal.k3s_program.told import told

PATIENCE = 10


class Processes:
    """When one of them ends all do, for k3s is one process."""

    def __init__(self) -> None:
        """Begin with none, and let systemd end them."""
        self._all: dict[str, subprocess.Popen[bytes]] = {}
        signal.signal(signal.SIGTERM, self._end)

    def start(self, name: str, program: str, *words: str) -> None:
        """Start one of them."""
        self._all[name] = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", told().part(program), *words],  # noqa: S607 - Debian's
            env={**os.environ, "KUBERNETES_REPORTED_VERSION": told().version},
        )

    def check(self) -> None:
        """End everything when one of them has ended."""
        for name, process in self._all.items():
            if process.poll() is not None:
                fail(f"{name} exited: {process.returncode}")

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        # The datastore last: the others write to it until they end.
        for process in reversed([*self._all.values()]):
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        sys.exit(0)
