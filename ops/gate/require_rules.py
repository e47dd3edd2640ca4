"""Refuse a plan that breaks a rule."""

from collections.abc import Collection

from ops.gate.findings import findings
from ops.gate.plan import Plan
from ops.gate.refused_error import RefusedError


def require_rules(plan: Plan, *, allowed: Collection[tuple[str, str]]) -> None:
    """Refuse unless *plan* keeps to the rules; *allowed* are waivers, type and name.

    Raises:
        RefusedError: it does not; a line for each finding.

    """
    found = findings(plan, allowed=allowed)
    if found:
        raise RefusedError("\n".join(["the plan breaks rules:", *(f"{each.urn}: {each.message}" for each in found)]))
