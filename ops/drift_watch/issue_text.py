"""What the lab's drift issue says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ops.drift_watch.drift_finding import DriftFinding
from ops.drift_watch.other_entries import SINCE, OtherEntry
from ops.gate.literal import literal

MARK = "<!-- factory:drift -->"
LIMIT = 60_000
"""Characters of an issue: below what forges take, and more than a person reads."""
NOT_ASKED = "Not asked this time, as it was seen last:"
ORDER = ("gone", "not proved", "changed", "not reached")


def issue_title(findings: Sequence[DriftFinding], *, others: Sequence[OtherEntry] = ()) -> str:
    """Return the title: how many objects, of which stacks."""
    stacks = sorted({finding.stack for finding in findings} | {other.stack for other in others})
    return f"Drift: {len(findings) + len(others)} in {', '.join(stacks)}" if stacks else "Drift: none"


def issue_text(
    findings: Sequence[DriftFinding], *, now: str, before: str, run: str = "", others: Sequence[OtherEntry] = ()
) -> str:
    """Return the text: each finding with since when and what helps; *before* is the text that stood there.

    The *others* are of stacks that nobody asked now: they stay. What does not fit is counted, the least important end
    first.
    """
    if not findings and not others:
        return f"{MARK}\nAll objects are as the stacks left them, seen {now}." + _run(run)
    since = {match["mark"]: match["since"] for match in SINCE.finditer(before)}
    head = f"{MARK}\nSeen {now}." + _run(run)
    # At least one of the others has room: without any, the next run would take them for repaired.
    there = _fitting((each.text for each in others), total=len(others), room=LIMIT // 2)
    there = [NOT_ASKED, *there] if there else []
    room = LIMIT - len(head) - sum(len(each) + 2 for each in there)
    ordered = sorted(findings, key=lambda finding: (ORDER.index(finding.state), finding.stack, finding.urn))
    entries = ("\n".join(_entry(finding, since=since, now=now)) for finding in ordered)
    return "\n\n".join([head, *_fitting(entries, total=len(ordered), room=room), *there])


def _fitting(entries: Iterable[str], *, total: int, room: int) -> list[str]:
    """Return the first of *entries* that fit into *room*, and how many are left out."""
    lines: list[str] = []
    left = room - 200
    for number, entry in enumerate(entries):
        if len(entry) > left:
            lines.append(f"… {total - number} more; `./factory drift` shows them")
            break
        lines.append(entry)
        left -= len(entry) + 2
    return lines


def _entry(finding: DriftFinding, *, since: Mapping[str, str], now: str) -> Iterator[str]:
    first = since.get(finding.mark, now)
    kind = f" ({literal(finding.type)})" if finding.type else ""
    yield f"- **{finding.state}** {literal(finding.name)}{kind} in the stack {literal(finding.stack)}, since {first}"
    yield from (f"  - {literal(each, longest=300)}" for each in finding.what[:10])
    if len(finding.what) > 10:  # noqa: PLR2004 - the number above
        yield f"  - and {len(finding.what) - 10} more"
    yield from (f"  - `{remedy.partition('  # ')[0]}` {remedy.partition('  # ')[2]}" for remedy in finding.remedies)
    yield f"<!-- factory:since {finding.mark} {first} {finding.stack} -->"


def _run(address: str) -> str:
    return f" [Run]({address})" if address else ""
