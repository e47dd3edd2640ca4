"""The command lines and environments of everything that this process started, seen while it ran."""

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rehearsal.descendants import descendants

PAUSE_SECONDS = 0.03


@dataclass(frozen=True)
class SeenProcess:
    """One process, as everybody on the machine, or its owner, may see it."""

    command: bytes
    """Its arguments, one after the other; everybody may read them."""
    environment: frozenset[bytes]
    """`NAME=value`, as it was started."""

    @property
    def name(self) -> str:
        """The beginning of its command, for people."""
        return " ".join(self.command.decode(errors="replace").split("\0"))[:80].strip()


class ProcessWatch:
    """Looks again and again while the `with` lasts; a process that lives shorter than a look may be missed."""

    def __init__(self) -> None:
        """Begin with none."""
        self.seen: set[SeenProcess] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look once more, and end."""
        self._ended.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._ended.wait(PAUSE_SECONDS):
            self._look()
        self._look()

    def _look(self) -> None:
        for pid in descendants():
            folder = Path("/proc", str(pid))
            try:
                command = (folder / "cmdline").read_bytes()
                variables = frozenset((folder / "environ").read_bytes().split(b"\0"))
            except OSError:
                # It ended, or belongs to somebody whose environment is closed to us.
                continue
            self.seen.add(SeenProcess(command, variables))
