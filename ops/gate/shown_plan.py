"""A plan, for a terminal."""

from collections.abc import Iterator

from ops.gate.plan import Plan

LONG = 100


def shown_plan(plan: Plan) -> Iterator[str]:
    """Yield the lines of *plan*: steps with properties, counts, what is half done, the digest."""
    for step in plan.steps:
        yield f"{step.op} {step.type} {step.name}" + (" (protected)" if step.protect else "")
        for each in step.properties:
            yield f"    {each.path}: {_cut(each.before)} => {_cut(each.after)}"
    for operation in plan.pending:
        yield f"unfinished: {operation}"
    counts = ", ".join(f"{count} {op}" for op, count in sorted(plan.counts.items()) if op != "same")
    yield f"{counts or 'no changes'}; {plan.counts.get('same', 0)} unchanged; {plan.seconds} s"
    for fault in plan.faults:
        yield f"error: {fault}"
    if plan.digest:
        yield f"digest: {plan.digest}"


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"
