"""What the plan that the official CLI saves says about the steps, secrets included."""

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from ops.gate.keyed_hash import KeyedHash

Object = Mapping[str, JsonValue]


def goal_items(saved: Object, *, urns: Collection[str], hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of the inputs that change in each of *urns*; the plan was *saved* with its secrets in plain."""
    plans = cast("Mapping[str, Object]", saved.get("resourcePlans") or {})
    return {
        f"goal of {urn}": hashes.of(kind="goal", value=[_inputs(plan.get("goal")), plan.get("steps")])
        for urn, plan in plans.items()
        if urn in urns
    }


def _inputs(goal: JsonValue) -> JsonValue:
    """Return the inputs that change; dependencies follow from the source, their order from chance."""
    difference = goal.get("inputDiff") if isinstance(goal, dict) else None
    if not isinstance(difference, dict):
        return None
    deletes: list[JsonValue] = [*sorted(cast("Sequence[str]", difference.get("deletes") or []))]
    return {**difference, "deletes": deletes}
