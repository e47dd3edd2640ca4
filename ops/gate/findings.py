"""All rules over one plan."""

from collections.abc import Collection

from ops.gate.finding import GateFinding
from ops.gate.plan import Plan
from ops.gate.rules.data_kept import data_kept
from ops.gate.rules.in_own_area import in_own_area
from ops.gate.rules.no_star import no_star
from ops.gate.rules.tokens_not_wider import tokens_not_wider


def findings(plan: Plan, *, allowed: Collection[tuple[str, str]]) -> list[GateFinding]:
    """Return what keeps *plan* from being applied; *allowed* are waivers, type and name."""
    return [
        *data_kept(plan.steps, allowed=allowed),
        *tokens_not_wider(plan.steps, allowed=allowed),
        *no_star(plan.steps),
        *in_own_area(plan.stack, plan.steps),
    ]
