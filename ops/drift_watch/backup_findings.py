"""What the last check of the backups did not prove."""

import datetime as dt
from pathlib import Path

import yaml

from ops.backup_evidence.results import FILE, result_faults
from ops.drift_watch.drift_finding import DriftFinding

STACK = "hosts"


def backup_findings(folder: Path, *, now: dt.datetime) -> list[DriftFinding]:
    """Return one for each source, with all that is wrong with it; none where nobody keeps backups."""
    faults: dict[str, list[str]] = {}
    if _should_be_checked(folder) and not (folder / FILE).exists():
        faults["backup"] = ["never checked: what is not proven restorable is not backed up"]
    for source, fault in result_faults(folder, now=now):
        faults.setdefault(source, []).append(fault)
    return [
        DriftFinding(stack=STACK, urn=f"backup::{source}", type="backup", state="not proved", what=what)
        for source, what in faults.items()
    ]


def _should_be_checked(folder: Path) -> bool:
    """Tell whether the stack file names a host that keeps backups; whatever else is wrong with it, others say."""
    try:
        content = yaml.safe_load((folder / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))
        return bool(content["config"]["factory:settings"]["roles"]["keeper"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return False
