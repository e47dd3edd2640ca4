"""Refuse a plan that is not the one that was reviewed, and say in which parts."""

import hmac
from collections.abc import Iterator, Mapping, Sequence

from ops.gate.digest import differing_parts
from ops.gate.plan import Plan
from ops.gate.refused_error import RefusedError

MEANINGS = {
    "review": "the digest is of another pull request",
    "source": "the program is another one: a newer merge or a newer push",
    "lock": "the lock file requirements.txt was changed",
    "versions": "another engine, package or plugin is installed here",
    "settings": "the stack's file was changed",
    "state": "the state has moved since the review",
    "steps": "the steps are others",
    "digest": "the digest was not made with this stack's key, or was altered",
}
MOST = 20


def require_reviewed(found: Plan, *, reviewed: str, details: Mapping[str, Mapping[str, str]] | None) -> None:
    """Refuse unless *reviewed* is the digest of the plan *found*.

    The *details* of the review decide nothing: they only say where to look.

    Raises:
        RefusedError: it is not; a line for each part that differs, and for what in it where details are at hand.

    """
    if found.faults:
        raise RefusedError("the plan has faults:\n" + "\n".join(found.faults))
    lines = _lines(found, reviewed=reviewed, details=details)
    if lines or not hmac.compare_digest(reviewed.encode(), found.digest.encode()):
        raise RefusedError("\n".join(["this is not what was reviewed:", *lines, "plan and review it again"]))


def _lines(found: Plan, *, reviewed: str, details: Mapping[str, Mapping[str, str]] | None) -> Sequence[str]:
    lines: list[str] = []
    for part in differing_parts(reviewed, found.digest):
        lines.append(f"{part}: {MEANINGS[part]}")
        if part == "review":
            continue
        known = [] if details is None or part not in details else [*_items(details[part], found.parts.get(part, {}))]
        lines += known[:MOST]
        lines += [f"  … {len(known) - MOST} more"] if len(known) > MOST else []
        if part == "steps" and not known:
            lines += [f"  now: {step.op} {step.urn}" for step in found.steps[:MOST]]
    return lines


def _items(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield f"  gone: {name}"
        elif name not in before:
            yield f"  new: {name}"
        elif before[name] != now[name]:
            yield f"  changed: {name}"
