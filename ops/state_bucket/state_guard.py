"""What makes the weak locks of a bucket strong enough: nobody else may write the state while a run lasts."""

import contextlib
import getpass
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ops.gate.refused_error import RefusedError
from ops.state_bucket.bucket_locks import bucket_locks
from ops.state_bucket.state_place import StatePlace
from ops.state_bucket.storage import Storage

HISTORY, CHECKPOINT = ".history.json", ".checkpoint.json"


class StateGuard:
    """Compares the versions of the state around a run; where the state is no bucket's there is nothing to do."""

    def __init__(self, storage: Storage | None, place: StatePlace | None) -> None:
        """Note which version is there."""
        self._storage, self._place = storage, place
        self._before, self._runs = self._version(), self._finished()

    def require_unmoved(self) -> None:
        """Refuse to go on when the state is another version than at the beginning.

        Raises:
            RefusedError: somebody wrote it.

        """
        if self._version() != self._before:
            raise RefusedError(
                "the state in the bucket was written by somebody else since the plan was made; nothing was changed: "
                "plan again"
            )

    def require_alone(self) -> None:
        """Refuse to call a run good beside which another one wrote the state.

        Raises:
            RefusedError: one did; what was done is in doubt.

        """
        if self._storage is None or self._place is None:
            return
        new = sorted(self._finished() - self._runs)
        last = "".join(f"{name.removesuffix(HISTORY)}{CHECKPOINT}" for name in new[-1:])
        kept = {each.name: each.digest for each in self._storage.listed(last)} if last else {}
        written = {each.digest for each in self._storage.listed(self._place.state) if each.name == self._place.state}
        if len(new) > 1 or (last and written != {kept.get(last)}):
            raise RefusedError(
                f"another run wrote the state of {self._place.stack} at the same time: what one of the two did may be "
                f"missing in it. `./factory refresh {self._place.stack} --preview-only` shows what differs; "
                "docs/runbooks/stuck-lock.md"
            )

    def _version(self) -> list[str]:
        if self._storage is None or self._place is None:
            return []
        return [each.generation for each in self._storage.listed(self._place.state) if each.name == self._place.state]

    def _finished(self) -> set[str]:
        if self._storage is None or self._place is None:
            return set()
        return {each.name for each in self._storage.listed(self._place.history) if each.name.endswith(HISTORY)}


@contextlib.contextmanager
def state_guard(folder: Path, stack: str) -> Iterator[StateGuard]:
    """Hold the stack while the `with` lasts, by a lock that only one can make.

    The official CLI writes its lock, then looks for others: two that begin together may both go on, or both give up.

    Raises:
        RefusedError: somebody holds it, or took our lock away meanwhile.

    """
    place = StatePlace.of(folder, stack)
    if place is None:
        yield StateGuard(None, None)
        return
    with Storage(place.bucket) as storage:
        others = [lock.holder.sentence() for lock in bucket_locks(storage, place)]
        mine = None if others else storage.create(place.own_lock, _told())
        if mine is None:
            others = others or [lock.holder.sentence() for lock in bucket_locks(storage, place)]
            raise RefusedError(
                f"the stack is locked by {', '.join(others) or 'a run that has just ended'}, in gs://{place.bucket}; "
                f"wait for it to end, or `./factory state unlock {stack}` when you know that it is gone"
            )
        try:
            yield StateGuard(storage, place)
        finally:
            kept = storage.delete(place.own_lock, generation=mine)
        if not kept:
            raise RefusedError(f"our lock on {stack} was taken away while we worked: look whether another run did too")


def _told() -> dict[str, str | int]:
    now = datetime.now(UTC).isoformat()
    return {"pid": os.getpid(), "username": getpass.getuser(), "hostname": socket.gethostname(), "timestamp": now}
