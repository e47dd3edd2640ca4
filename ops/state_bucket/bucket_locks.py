"""The locks of a stack whose state is in a bucket."""

import dataclasses
import json
import socket
from pathlib import Path

from engine.lock import Holder
from ops.gate.refused_error import RefusedError
from ops.state_bucket.state_place import StatePlace
from ops.state_bucket.storage import Storage, Stored
from ops.state_lock.take_away import Proof, is_at_work


@dataclasses.dataclass(frozen=True, kw_only=True)
class BucketLock:
    """A lock, as it was when it was looked at."""

    stored: Stored
    """The object."""
    holder: Holder
    """What it says."""


def bucket_locks(storage: Storage, place: StatePlace) -> list[BucketLock]:
    """Return the locks of a stack, the official CLI's and our own."""
    found = []
    for stored in (*storage.listed(place.locks), *storage.listed(place.own_lock)):
        content = storage.content(stored.name)
        if content is not None:  # else it was given back meanwhile
            found.append(BucketLock(stored=stored, holder=_holder(stored.name, content)))
    return found


def take_away_in_bucket(storage: Storage, place: StatePlace, proof: Proof | None) -> list[Holder]:
    """Take the locks of a stack away that *proof* lets go, and return them.

    Raises:
        RefusedError: one of them stays, and why; then none is taken away.

    """
    left = bucket_locks(storage, place)
    for lock in left:
        holder = lock.holder
        if proof is None:
            raise RefusedError(
                f"the stack is locked by {holder.sentence()}, in gs://{place.bucket}. Nothing here can tell whether it "
                "is at work: --run NUMBER asks the forge, --holder NAME says that you know"
            )
        if holder.host == socket.gethostname() and is_at_work(holder.pid):
            raise RefusedError(f"process {holder.pid} is at work on this machine: {holder.sentence()}. Wait for it")
        proof(holder)
    for lock in left:
        # A name is never used twice by the CLI; ours may be another run's by now.
        if not storage.delete(lock.stored.name, generation=lock.stored.generation):
            raise RefusedError(f"the lock of {lock.holder.sentence()} is another one by now: look again")
    return [lock.holder for lock in left]


def _holder(name: str, content: bytes) -> Holder:
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    given = told if isinstance(told, dict) else {}
    process = given.get("pid")
    return Holder(
        file=Path(name),
        user=str(given.get("username", "unknown")),
        host=str(given.get("hostname", "unknown")),
        pid=process if isinstance(process, int) else 0,
        since=str(given.get("timestamp", "an unknown time")),
        namespace="",
        groups=(),
    )
