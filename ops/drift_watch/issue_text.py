"""What the lab's drift issue says."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ops.drift_watch.drift_finding import DriftFinding
from ops.gate.literal import literal

MARK = "<!-- factory:drift -->"
LIMIT = 60_000
"""Characters of an issue: below what forges take, and more than a person reads."""
SINCE = re.compile(r"<!-- factory:since (?P<mark>[0-9a-f]{16}) (?P<since>[0-9T:+Z-]{10,32}) -->")
ORDER = ("gone", "not proved", "changed", "not reached")


def issue_title(findings: Sequence[DriftFinding]) -> str:
    """Return the title: how many objects, of how many stacks."""
    stacks = sorted({finding.stack for finding in findings})
    return f"Drift: {len(findings)} in {', '.join(stacks)}" if findings else "Drift: none"


def issue_text(findings: Sequence[DriftFinding], *, now: str, before: str, run: str = "") -> str:
    """Return the text: each finding with since when and what helps; *before* is the text that stood there.

    What does not fit is counted, the least important end first.
    """
    if not findings:
        return f"{MARK}\nAll objects are as the stacks left them, seen {now}." + _run(run)
    since = {match["mark"]: match["since"] for match in SINCE.finditer(before)}
    head = f"{MARK}\nSeen {now}." + _run(run)
    lines, left = [head], LIMIT - len(head) - 200
    ordered = sorted(findings, key=lambda finding: (ORDER.index(finding.state), finding.stack, finding.urn))
    for number, finding in enumerate(ordered):
        entry = "\n".join(_entry(finding, since=since, now=now))
        if len(entry) > left:
            lines.append(f"… {len(ordered) - number} more; `./factory drift` shows them")
            break
        lines.append(entry)
        left -= len(entry) + 2
    return "\n\n".join(lines)


def _entry(finding: DriftFinding, *, since: Mapping[str, str], now: str) -> Iterator[str]:
    first = since.get(finding.mark, now)
    kind = f" ({literal(finding.type)})" if finding.type else ""
    yield f"- **{finding.state}** {literal(finding.name)}{kind} in the stack {literal(finding.stack)}, since {first}"
    yield from (f"  - {literal(each, longest=300)}" for each in finding.what[:10])
    if len(finding.what) > 10:  # noqa: PLR2004 - the number above
        yield f"  - and {len(finding.what) - 10} more"
    yield from (f"  - `{remedy.partition('  # ')[0]}` {remedy.partition('  # ')[2]}" for remedy in finding.remedies)
    yield f"<!-- factory:since {finding.mark} {first} -->"


def _run(address: str) -> str:
    return f" [Run]({address})" if address else ""
