"""What the last check of the backups did not prove."""

import datetime as dt
from pathlib import Path

from ops.backup_evidence.results import result_faults
from ops.drift_watch.drift_finding import DriftFinding

STACK = "hosts"


def backup_findings(folder: Path, *, now: dt.datetime) -> list[DriftFinding]:
    """Return one for each source, with all that is wrong with it; none where no check was ever made here."""
    faults: dict[str, list[str]] = {}
    for source, fault in result_faults(folder, now=now):
        faults.setdefault(source, []).append(fault)
    return [
        DriftFinding(stack=STACK, urn=f"backup::{source}", type="backup", state="not proved", what=what)
        for source, what in faults.items()
    ]
