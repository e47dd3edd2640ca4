"""Rule: a token or a role gets no more rights without a waiver."""

import json
import re
from collections.abc import Collection, Iterator, Sequence

from pydantic import JsonValue

from ops.gate.finding import GateFinding
from ops.gate.plan import PlannedStep, Property

BEARER = re.compile(r"token|authBackendRole|oauth2|client|ciUser|team|serviceAccount|iam", re.IGNORECASE)
"""What somebody logs in with, or is let in by."""
RIGHTS = re.compile(r"polic|permission|scope|rule|resource|repositor|unit|member", re.IGNORECASE)


def tokens_not_wider(steps: Sequence[PlannedStep], *, allowed: Collection[tuple[str, str]]) -> Iterator[GateFinding]:
    """Yield each token or role that exists and would get a right that it has not, unless *allowed*."""
    for step in steps:
        if step.op == "create" or (step.type, step.name) in allowed or not BEARER.search(step.type):
            continue
        wider = [each.path for each in step.properties if RIGHTS.search(each.path) and wider_than_before(each)]
        if wider:
            yield GateFinding(
                urn=step.urn,
                message=f"{', '.join(wider)} gives more rights than before. If it is meant, a reviewer who may writes "
                f"this line in the review: gate: allow {step.type} {step.name}",
            )


def wider_than_before(each: Property) -> bool:
    """Tell whether *each* has something after that it had not before; what cannot be told counts as more."""
    before, after = (json.loads(text or "null") for text in (each.before, each.after))
    return not _words(after) <= _words(before)


def _words(value: JsonValue) -> set[str]:
    if isinstance(value, list):
        return {word for item in value for word in _words(item)}
    if isinstance(value, dict):
        return {json.dumps([key, word]) for key, item in value.items() for word in _words(item) or {""}}
    return set() if value is None else {json.dumps(value)}
