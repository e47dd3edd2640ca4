"""A step of a plan, for the tests of what looks at plans."""

import json
from collections.abc import Mapping

from pydantic import JsonValue

from ops.gate.plan import PlannedStep, Property


def step_of(
    op: str,
    kind: str,
    name: str,
    *,
    protect: bool = False,
    changes: Mapping[str, tuple[JsonValue, JsonValue]] | None = None,
) -> PlannedStep:
    """Return the step *op* on the resource *name* of the type *kind*; *changes* are property → before and after."""
    return PlannedStep(
        op=op,
        urn=f"urn:pulumi:postgres::factory::{kind}::{name}",
        type=kind,
        protect=protect,
        properties=[
            Property(
                path=path, kind="update", before=json.dumps(before), after=json.dumps(after), settled=True, mark="0"
            )
            for path, (before, after) in (changes or {}).items()
        ],
    )
