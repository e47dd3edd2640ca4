"""Let several hosts be worked on at a time, each with a pyinfra state of its own."""

from threading import local

from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state


class _StateOfTheHost:
    """What pyinfra keeps as *the* state: here it is the one of the host that this thread works on."""

    def __init__(self) -> None:
        self._without_host = local()

    @property
    def module(self) -> State | None:
        host = ctx_host.get()  # type: ignore[no-untyped-call]  # pyinfra leaves its context untyped
        return getattr(self._without_host, "module", None) if host is None else host.state

    @module.setter
    def module(self, state: State | None) -> None:
        self._without_host.module = state


def follow_the_host() -> None:
    """Make pyinfra's state follow its host, which it keeps for each thread; the state itself it keeps but once."""
    ctx_state.context._container = _StateOfTheHost()  # noqa: SLF001 - pyinfra has no other way to it
