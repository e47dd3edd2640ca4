"""What the last check proved, kept for whoever asks later."""

import dataclasses
import datetime as dt
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ops.backup_evidence.evidence import Evidence

FILE = "build/backup.json"
OFF_SITE_FILE = "build/backup-off-site.json"
OLDEST = dt.timedelta(days=8)


def keep_results(folder: Path, found: Sequence[Evidence], *, uncovered: Sequence[str], file: str = FILE) -> None:
    """Write them down, whole or not at all; of two checks at once the last one counts."""
    kept = folder / file
    kept.parent.mkdir(exist_ok=True)
    content = {
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "sources": [dataclasses.asdict(each) for each in found],
        "uncovered": list(uncovered),
    }
    with tempfile.NamedTemporaryFile(
        "w", dir=kept.parent, prefix=f"{kept.name}.", encoding="utf-8", delete=False
    ) as new:
        new.write(json.dumps(content, indent=1))
    Path(new.name).replace(kept)


def result_faults(folder: Path, *, now: dt.datetime) -> Iterator[tuple[str, str]]:
    """Yield source and fault of the last checks, and that one was long ago; nothing where none was ever made."""
    for file, before in {FILE: "", OFF_SITE_FILE: "off site: "}.items():
        for source, fault in _faults_in(folder / file, now=now):
            yield source, f"{before}{fault}"


def _faults_in(file: Path, *, now: dt.datetime) -> Iterator[tuple[str, str]]:
    if not file.exists():
        return
    content = json.loads(file.read_text(encoding="utf-8"))
    asked = dt.datetime.fromisoformat(content["time"])
    if now - asked > OLDEST:
        yield "backup", f"the last check was {(now - asked).days} days ago"
    for each in content["sources"]:
        yield from ((f"{each['host']}/{each['source']}", fault) for fault in each["faults"])
    yield from (("backup", fault) for fault in content["uncovered"])
