"""What the last check of the backups did not prove."""

import dataclasses
import datetime as dt
from pathlib import Path

import yaml

from ops.backup_evidence.results import FILE, OFF_SITE_FILE, result_faults
from ops.drift_watch.drift_finding import DriftFinding

STACK = "hosts"


def backup_findings(folder: Path, *, now: dt.datetime) -> list[DriftFinding]:
    """Return one for each source, with all that is wrong with it; none where nobody keeps backups."""
    faults: dict[str, list[str]] = {}
    expected = _expected(folder)
    if expected.keeper and not (folder / FILE).exists():
        faults["backup"] = ["never checked: what is not proven restorable is not backed up"]
    if expected.keeper and expected.off_site and not (folder / OFF_SITE_FILE).exists():
        faults.setdefault("backup", []).append("off site: never checked: `./factory backup check --off-site`")
    for source, fault in result_faults(folder, now=now):
        faults.setdefault(source, []).append(fault)
    return [
        DriftFinding(stack=STACK, urn=f"backup::{source}", type="backup", state="not proved", what=what)
        for source, what in faults.items()
    ]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Expected:
    keeper: bool
    off_site: bool


def _expected(folder: Path) -> _Expected:
    """Tell whether the stack file names who keeps backups, and where else; what is wrong with it, others say."""
    try:
        content = yaml.safe_load((folder / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))
        settings = content["config"]["factory:settings"]
        return _Expected(keeper=bool(settings["roles"]["keeper"]), off_site=bool(settings.get("off_site")))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return _Expected(keeper=False, off_site=False)
