"""The page for people."""

import datetime as dt

from ops.backup_evidence.evidence import Evidence
from ops.backup_evidence.evidence_page import evidence_page
from ops.page.render import render

NOW = dt.datetime(2026, 1, 31, 9, tzinfo=dt.UTC)
GOOD = Evidence(
    host="pi2", source="postgres", archive="0a1b", time="2026-01-31T04:00:00+00:00", size=7, faults=[], proof="restored"
)
BAD = Evidence(host="pi2", source="gitea", archive="", time="", size=0, faults=["never backed up"])


def test_page_shows_what_is_proved_and_what_is_not() -> None:
    """What is missing comes first, then what was restored; the verdict counts."""
    content = evidence_page([GOOD, BAD], uncovered=["pi2: volume lost: in no backup"], now=NOW)

    assert (content.good, content.verdict) == (False, "2 of 3 not proved, 2026-01-31 09:00 UTC")
    assert [(each.name, each.word) for each in content.verdicts] == [
        ("pi2/gitea", "not proved"), ("pi2", "not covered"), ("pi2/postgres", "restored"),
    ]  # fmt: skip
    shown = render(content)
    assert "never backed up" in shown
    assert "volume lost" in shown


def test_page_of_all_that_is_proved_is_good() -> None:
    """Nothing missing is a good verdict."""
    content = evidence_page([GOOD], uncovered=[], now=NOW)

    assert (content.good, content.verdict) == (True, "1 sources proved, 2026-01-31 09:00 UTC")
