"""Locks that a run left on a stack, in a folder or in a bucket."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

from engine.backend import Backend, StateError
from engine.project import Project, ProjectError
from ops.machine.finding import Finding
from ops.state_bucket.bucket_locks import bucket_locks
from ops.state_bucket.state_place import StatePlace
from ops.state_bucket.storage import Storage
from provider.factory_error import FactoryError


def locks(folder: Path) -> Finding:
    """Name each lock on the stacks of the project in *folder*, with who holds it and since when.

    A stack that could not be looked at is named too: nobody knows whether it is locked.
    """
    held: list[str] = []
    reasons: dict[str, list[str]] = {}
    locked = ""
    for file in sorted(folder.glob("Pulumi.*.yaml")):
        stack = file.name.split(".")[1]
        try:
            found = [*_holders(folder, stack)]
        except ProjectError:
            continue  # no stack of a project
        except (StateError, FactoryError) as error:
            reasons.setdefault(str(error).splitlines()[0], []).append(stack)
            continue
        held += [f"{stack}: {holder}" for holder in found]
        locked = locked or (stack if found else "")
    unknown = [f"{', '.join(stacks)}: not looked at: {reason}" for reason, stacks in reasons.items()]
    if held:
        fix = f"./factory state unlock {locked}  # takes it away when its process is gone; docs/runbooks/stuck-lock.md"
        return Finding(name="locks", found="; ".join([*held, *unknown]), ok=False, needed=False, fix=fix)
    if unknown:
        return Finding(name="locks", found="; ".join(unknown), ok=False, needed=False)
    return Finding(name="locks", found="no stack is locked", ok=True, needed=False)


def _holders(folder: Path, stack: str) -> Iterator[str]:
    place = StatePlace.of(folder, stack)
    if place is None:
        for lock in sorted(Backend(Project.load(folder), stack).lock_folder.glob("*.json")):
            yield _holder(lock)
        return
    # Asked once: who looks at the machine does not wait for a network that is away.
    with Storage(place.bucket, waits=()) as storage:
        for kept in bucket_locks(storage, place):
            yield f"{kept.holder.sentence()}{_age(kept.holder.since)}"


def _holder(lock: Path) -> str:
    try:
        told = json.loads(lock.read_text(encoding="utf-8"))
        since = str(told["timestamp"])
        return f"{told['username']}@{told['hostname']} (process {told['pid']}) since {since}{_age(since)}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a lock that does not say whose it is"


def _age(since: str) -> str:
    """Return how long that is, where *since* is a time with its zone."""
    try:
        passed = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(since)
    except (ValueError, TypeError):
        return ""
    minutes = int(passed.total_seconds() // 60)
    return f", {minutes} min" if minutes < 120 else f", {minutes // 60} h"  # noqa: PLR2004  # two hours
