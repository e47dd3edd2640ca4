"""One host after the other, where all of them at once would leave nobody to answer."""

import contextlib
import threading
from collections.abc import Iterator

LONGEST_TURN = 300.0
"""Seconds after which the next one goes on: a host that broke off may not give its turn back at once."""

_TURNS: dict[str, threading.Lock] = {}


@contextlib.contextmanager
def in_turn(what: str) -> Iterator[None]:
    """Wait until no other host that this worker is at has its turn with *what*."""
    # Each host has a thread of its own; setdefault is one step for all of them.
    turn = _TURNS.setdefault(what, threading.Lock())
    mine = turn.acquire(timeout=LONGEST_TURN)
    try:
        yield
    finally:
        if mine:
            turn.release()
