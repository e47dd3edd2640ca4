"""What is told of the volumes of a dump."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from ops.volume_objects.volume_plan import VolumePlan


def plans_document(plans: Sequence[VolumePlan]) -> JsonValue:
    """Return it for programs."""
    return {
        "volumes": {
            plan.volume: {
                "create": [each.title for each in plan.create],
                "there": [*plan.there],
                "conflicts": [*plan.conflicts],
                "refused": plan.refused,
                "warnings": [*plan.warnings],
            }
            for plan in plans
        }
    }


def plans_text(plans: Sequence[VolumePlan], *, written: bool) -> str:
    """Return it for reading."""
    return "\n".join(line for plan in plans for line in _lines(plan, word="written" if written else "to write"))


def _lines(plan: VolumePlan, *, word: str) -> Iterator[str]:
    if plan.refused:
        yield f"{plan.volume}: refused: {plan.refused}"
        return
    if plan.conflicts:
        yield f"{plan.volume}: left alone, because of:"
        yield from (f"  {conflict}" for conflict in plan.conflicts)
        return
    yield f"{plan.volume}: {len(plan.create)} {word}, {len(plan.there)} there"
    yield from (f"  {word}: {each.title}" for each in plan.create)
    yield from (f"  left out: {warning}" for warning in plan.warnings)
