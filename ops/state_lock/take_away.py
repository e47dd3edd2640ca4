"""Take away a lock whose owner is provably gone, or is named."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from engine.lock import Holder, LockedError, StackLock, holders
from ops.gate.refused_error import RefusedError

Proof = Callable[[Holder], None]
"""Raises RefusedError unless the holder may be gone."""


def named(name: str) -> Proof:
    """Return the proof of a person who names the owner, `user@host`: by that she says that it is gone."""

    def proof(holder: Holder) -> None:
        if name != f"{holder.user}@{holder.host}":
            raise RefusedError(f"the lock is not of {name}: {holder.sentence()}")

    return proof


def take_away(folder: Path, proof: Proof | None) -> list[Holder]:
    """Take the locks in *folder* away, and return them; those of processes that ended here need no *proof*.

    Raises:
        RefusedError: one of them stays, and why; then none is taken away that needs a proof.

    """
    try:
        with StackLock(folder) as lock:
            return lock.taken_over
    except LockedError as error:
        if proof is None:
            raise RefusedError(str(error)) from error
    left = holders(folder)
    for holder in left:
        if holder.host == socket.gethostname() and is_at_work(holder.pid):
            raise RefusedError(f"process {holder.pid} is at work on this machine: {holder.sentence()}. Wait for it")
        proof(holder)
    for holder in left:
        holder.file.unlink(missing_ok=True)
    return left


def is_at_work(process: int) -> bool:
    """Tell whether a *process* with this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process > 0
