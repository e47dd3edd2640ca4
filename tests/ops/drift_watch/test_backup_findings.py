"""A backup that is not proved is told with the drift."""

import concurrent.futures
import datetime as dt
import json
from pathlib import Path

from ops.backup_evidence.evidence import Evidence
from ops.backup_evidence.results import OFF_SITE_FILE, keep_results
from ops.drift_watch.backup_findings import backup_findings
from ops.drift_watch.issue_text import issue_text


def test_what_is_not_proved_is_a_finding(tmp_path: Path) -> None:
    """Faults of a source, what no source covers and a check of long ago are told; a good source is not."""
    now = dt.datetime.now(dt.UTC)
    assert backup_findings(tmp_path, now=now) == []
    good = Evidence(
        host="pi2", source="postgres", archive="0a1b", time="2026-01-31T04:00:00+00:00", size=7, faults=[],
        proof="restored",
    )  # fmt: skip
    bad = Evidence(host="pi2", source="gitea", archive="", time="", size=0, faults=["never backed up"])

    keep_results(tmp_path, [good, bad], uncovered=["pi2: volume lost: in no backup"])

    found = backup_findings(tmp_path, now=now)
    assert [(each.name, each.what) for each in found] == [
        ("pi2/gitea", ["never backed up"]),
        ("backup", ["pi2: volume lost: in no backup"]),
    ]
    assert "**not proved** " in issue_text(found, now="now", before="")
    later = backup_findings(tmp_path, now=now + dt.timedelta(days=9))
    assert later[0].what[0] == "the last check was 9 days ago"


def test_a_keeper_without_any_check_is_a_finding(tmp_path: Path) -> None:
    """Where a host keeps backups and nobody ever proved one, that is told; without a keeper nothing is."""
    file, now = tmp_path / "Pulumi.hosts.yaml", dt.datetime.now(dt.UTC)
    file.write_text("config: {factory:settings: {roles: {authority: pi1}}}\n")
    assert backup_findings(tmp_path, now=now) == []

    file.write_text("config: {factory:settings: {roles: {keeper: pi3}}}\n")

    (found,) = backup_findings(tmp_path, now=now)
    assert found.what == ["never checked: what is not proven restorable is not backed up"]
    keep_results(tmp_path, [], uncovered=[])
    assert backup_findings(tmp_path, now=now) == []


def test_a_copy_off_site_is_checked_too(tmp_path: Path) -> None:
    """Where the stack file names a place off site, what was never proved there is told, and so is what was not."""
    file, now = tmp_path / "Pulumi.hosts.yaml", dt.datetime.now(dt.UTC)
    file.write_text("config: {factory:settings: {roles: {keeper: pi3}, off_site: 's3:https://storage.test/own'}}\n")
    keep_results(tmp_path, [], uncovered=[])
    (found,) = backup_findings(tmp_path, now=now)
    assert found.what == ["off site: never checked: `./factory backup check --off-site`"]

    bad = Evidence(host="pi2", source="gitea", archive="", time="", size=0, faults=["never backed up"])
    keep_results(tmp_path, [bad], uncovered=[], file=OFF_SITE_FILE)

    (found,) = backup_findings(tmp_path, now=now)
    assert (found.name, found.what) == ("pi2/gitea", ["off site: never backed up"])


def test_two_checks_at_once_leave_one_result(tmp_path: Path) -> None:
    """Whichever ends last counts, whole; neither is in the other's way, and nothing is left over."""
    sides = [["a fault"] * number for number in range(40)]
    with concurrent.futures.ThreadPoolExecutor(8) as beside:
        [*beside.map(lambda faults: keep_results(tmp_path, [], uncovered=faults), sides)]
    (kept,) = (tmp_path / "build").iterdir()
    assert json.loads(kept.read_text())["uncovered"] in sides
