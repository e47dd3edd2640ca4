"""Locks that a run left on a stack whose state lies in a folder."""

import json
from pathlib import Path

from engine.backend import Backend, StateError
from engine.project import Project, ProjectError
from ops.machine.finding import Finding


def locks(folder: Path) -> Finding:
    """Name each lock on the stacks of the project in *folder*, with who holds it and since when."""
    held, places = [], []
    for file in sorted(folder.glob("Pulumi.*.yaml")):
        try:
            place = Backend(Project.load(folder), file.name.split(".")[1]).lock_folder
        except (ProjectError, StateError):
            continue  # a state elsewhere: its locks are the official CLI's to show
        for lock in sorted(place.glob("*.json")):
            held.append(f"{place.name}: {_holder(lock)}")
            places.append(place.name)
    if held:
        fix = (
            f"./factory state unlock {places[0]}  # takes it away when its process is gone; docs/runbooks/stuck-lock.md"
        )
        return Finding(name="locks", found="; ".join(held), ok=False, needed=False, fix=fix)
    return Finding(name="locks", found="no stack is locked here", ok=True, needed=False)


def _holder(lock: Path) -> str:
    try:
        told = json.loads(lock.read_text(encoding="utf-8"))
        return f"{told['username']}@{told['hostname']} (process {told['pid']}) since {told['timestamp']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a lock that does not say whose it is"
