"""What pyinfra said of a host that went wrong: it tells the reason to its log alone."""

import collections
import contextlib
import logging
import weakref
from collections.abc import Iterator

from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from hosts.worker.errors import WorkerError

_LINES = 20
_SAID: "weakref.WeakKeyDictionary[Host, collections.deque[str]]" = weakref.WeakKeyDictionary()


class KeepErrors(logging.Handler):
    """Keeps the last errors of each host; nothing is printed."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line for the host in context."""
        host = ctx_host.get()  # type: ignore[no-untyped-call]  # pyinfra leaves its context untyped
        if host is not None and record.levelno >= logging.WARNING:
            line = record.getMessage().removeprefix(f"[{host.name}] ").strip()
            _SAID.setdefault(host, collections.deque(maxlen=_LINES)).append(line)


def said_by(host: Host) -> str:
    """Return the last errors of *host*."""
    return "\n".join(_SAID.get(host, ()))


@contextlib.contextmanager
def reasons_of(host: Host) -> Iterator[None]:
    """Give an error of pyinfra the reason that it only told its log."""
    try:
        yield
    except PyinfraError as error:
        said = said_by(host)
        raise WorkerError(
            f"{said}\n{error}" if said and "No hosts remaining" not in str(error) else said or str(error)
        ) from error
