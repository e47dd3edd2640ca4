"""What an engine says while it runs: which resource is how far, and what went wrong."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.official.event_log import passing_diagnostic

_EVERY = 0.02
_SEVERITIES = ("progress", "error")


@dataclass(frozen=True, kw_only=True)
class Passing:
    """One line."""

    severity: str
    """`progress` or `error`."""
    name: str
    """Resource that it is about; empty where the engine does not say."""
    text: str
    """What was said."""


Watch = Callable[[Passing], None]


def follow(file: Path, *, parse: Callable[[str], Passing | None], watch: Watch, ended: threading.Event) -> None:
    """Tell *watch* each line of *file* soon after it is written, until *ended* is set and all of them were told."""
    while not file.exists():
        if ended.wait(_EVERY):
            return
    with file.open(encoding="utf-8") as lines:
        begun = ""
        while True:
            # Asked before the reading: what was written before the end is read after it.
            last = ended.is_set()
            while line := lines.readline():
                begun += line
                if begun.endswith("\n"):
                    if (passing := parse(begun)) is not None:
                        watch(passing)
                    begun = ""
            if last:
                return
            ended.wait(_EVERY)


def of_embedded(line: str) -> Passing | None:
    """Return what a line on the embedded engine's standard error says."""
    severity, _, text = line.strip().partition(": ")
    name, _, rest = text.partition(": ")
    if severity == "progress" and rest:
        return Passing(severity=severity, name=name, text=rest)
    return Passing(severity=severity, name="", text=text) if severity == "error" else None


def of_official(line: str) -> Passing | None:
    """Return what a line of the official engine's event log says."""
    found = passing_diagnostic(line)
    if found is None or found.severity not in _SEVERITIES:
        return None
    return Passing(severity=found.severity, name=found.urn.rpartition("::")[2], text=found.message)
