"""What would change in the files of a host: found while preparing, read by who shows it."""

import weakref

from pyinfra.api.host import Host
from pyinfra.context import ctx_host

_FOUND: "weakref.WeakKeyDictionary[Host, dict[str, str]]" = weakref.WeakKeyDictionary()


def record_difference(path: str, *, text: str) -> None:
    """Keep what would change at `path` on the host now in context; what was kept for the path before is forgotten."""
    host: Host = ctx_host.get()  # type: ignore[no-untyped-call]  # pyinfra leaves its context untyped
    _FOUND.setdefault(host, {})[path] = text


def differences_of(host: Host) -> dict[str, str]:
    """Return path → difference of what was prepared for that host."""
    return dict(_FOUND.get(host, {}))
