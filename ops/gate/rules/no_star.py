"""Rule: no policy grants everything."""

import json
import re
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from ops.gate.finding import GateFinding
from ops.gate.plan import PlannedStep

ALL_PATHS = re.compile(r'path\s+"(?:[*+]|\+?/?\*|[+/]+\*?)"')
GRANTING = ("polic", "permission", "scope", "grant", "role", "member", "right", "rule")
"""Parts of the names of properties that say who may do what."""


def no_star(steps: Sequence[PlannedStep]) -> Iterator[GateFinding]:
    """Yield each step that would make a policy for every path, or a right that is `*`."""
    for step in steps:
        for each in step.properties:
            if any(part in each.path.lower() for part in GRANTING) and _everything(json.loads(each.after or "null")):
                yield GateFinding(
                    urn=step.urn, message=f"{each.path} grants everything (*): name the paths or rights that are needed"
                )


def _everything(value: JsonValue) -> bool:
    if isinstance(value, str):
        return value.strip() == "*" or ALL_PATHS.search(value) is not None
    if isinstance(value, dict):
        return any(map(_everything, value)) or any(map(_everything, value.values()))
    return any(map(_everything, value)) if isinstance(value, list) else False
