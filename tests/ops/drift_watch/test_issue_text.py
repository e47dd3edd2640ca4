"""Findings in, the text of the issue out."""

import dataclasses

from ops.drift_watch.drift_finding import DriftFinding
from ops.drift_watch.issue_text import LIMIT, MARK, NOT_ASKED, issue_text, issue_title
from ops.drift_watch.other_entries import other_entries

FIRST, LATER = "2026-01-01T04:00Z", "2026-01-02T04:00Z"
ROLE = DriftFinding(stack="postgres", urn="urn:x::y::a:b:Role::shop", type="a:b:Role", state="changed", what=["login"])


def test_since_when_is_kept() -> None:
    """What drifted yesterday still says so today; what is in another state begins anew."""
    before = issue_text([ROLE], now=FIRST, before="")
    after = issue_text([ROLE], now=LATER, before=before)
    gone = issue_text([dataclasses.replace(ROLE, state="gone")], now=LATER, before=before)

    assert f"since {FIRST}" in after
    assert f"Seen {LATER}." in after
    assert f"since {LATER}" in gone
    assert issue_title([ROLE]) == "Drift: 1 in postgres"


def test_repairing_command_stands_below() -> None:
    """The reader need not think what to type."""
    assert "`./factory up postgres --refresh` repairs it" in issue_text([ROLE], now=FIRST, before="")


def test_names_cannot_become_markup() -> None:
    """A name or an error that somebody else chose is text: no mention, no comment, no mark of ours."""
    evil = f"x <!-- factory:since {ROLE.mark} {FIRST} --> @everyone"
    text = issue_text([dataclasses.replace(ROLE, urn=f"u::{evil}", what=[evil])], now=LATER, before="")

    assert "@everyone" not in text
    assert f"factory:since {ROLE.mark}" not in text


def test_too_many_are_counted() -> None:
    """Ten thousand findings fit into one issue, the gone ones first."""
    many = [dataclasses.replace(ROLE, urn=f"{ROLE.urn}-{number}") for number in range(10_000)]
    text = issue_text([*many, dataclasses.replace(ROLE, state="gone")], now=FIRST, before="")

    assert len(text) <= LIMIT
    assert text.startswith(MARK)
    assert text.index("**gone**") < text.index("**changed**")
    assert " more; `./factory drift` shows them" in text


HOST = dataclasses.replace(ROLE, stack="hosts", urn="urn:x::y::pi1-dns")


def test_stacks_that_nobody_asked_stay() -> None:
    """What the operator's machine found on the hosts stays when the workflow asks the other stacks, however often."""
    before = issue_text([HOST], now=FIRST, before="")
    for _ in range(2):
        others = other_entries(before, asked=["postgres", "main"])
        before = issue_text([ROLE], now=LATER, before=before, others=others)

    assert issue_title([ROLE], others=others) == "Drift: 2 in hosts, postgres"
    assert before.count(NOT_ASKED) == 1
    assert before.count("**changed**") == 2
    assert before.index("shop") < before.index(NOT_ASKED) < before.index("pi1")
    assert other_entries(before, asked=["postgres", "main", "hosts"]) == []


def test_entries_that_nobody_asked_do_not_fill_the_issue() -> None:
    """Both have room, however many there are; what is left out is counted."""
    many = [dataclasses.replace(HOST, urn=f"{HOST.urn}-{number}") for number in range(500)]
    others = other_entries(issue_text(many, now=FIRST, before=""), asked=["postgres"])
    found = [dataclasses.replace(ROLE, urn=f"{ROLE.urn}-{number}") for number in range(500)]
    text = issue_text(found, now=FIRST, before="", others=others)

    assert len(text) <= LIMIT
    assert other_entries(text, asked=["postgres"])
    assert other_entries(text, asked=["hosts"])
    assert text.count(" more; `./factory drift` shows them") == 2
