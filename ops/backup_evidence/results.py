"""What the last check proved, kept for whoever asks later."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.backup_evidence.evidence import Evidence

FILE = "build/backup.json"
OLDEST = dt.timedelta(days=8)


def keep_results(folder: Path, found: Sequence[Evidence], *, uncovered: Sequence[str]) -> None:
    """Write them down, whole or not at all."""
    file = folder / FILE
    file.parent.mkdir(exist_ok=True)
    content = {
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "sources": [dataclasses.asdict(each) for each in found],
        "uncovered": list(uncovered),
    }
    new = file.with_suffix(".new")
    new.write_text(json.dumps(content, indent=1), encoding="utf-8")
    new.replace(file)


def result_faults(folder: Path, *, now: dt.datetime) -> Iterator[tuple[str, str]]:
    """Yield source and fault of the last check, and that it was long ago; nothing where none was ever made."""
    file = folder / FILE
    if not file.exists():
        return
    content = json.loads(file.read_text(encoding="utf-8"))
    asked = dt.datetime.fromisoformat(content["time"])
    if now - asked > OLDEST:
        yield "backup", f"the last check was {(now - asked).days} days ago"
    for each in content["sources"]:
        yield from ((f"{each['host']}/{each['source']}", fault) for fault in each["faults"])
    yield from (("backup", fault) for fault in content["uncovered"])
