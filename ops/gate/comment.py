"""A plan as a comment on its pull request."""

from collections.abc import Sequence

from ops.gate.finding import GateFinding
from ops.gate.literal import literal
from ops.gate.plan import Plan, PlannedStep
from ops.gate.rules.data_kept import DESTROYING, bears_data
from ops.gate.rules.tokens_not_wider import RIGHTS, wider_than_before

LIMIT = 60_000
"""Characters of a comment: below what forges take, and more than a person reads."""
ROOM = 2_000
"""Characters kept for what stands below the steps."""


def comment(plan: Plan, *, against: Sequence[GateFinding], run: str = "", limit: int = LIMIT) -> str:
    """Return the text: counts, what rules have *against* it, dangerous steps first, the digest.

    What does not fit into *limit* is left out from the least important end, with a link to the *run*.
    """
    head = [
        marker(plan.stack),
        f"### Plan of the stack {literal(plan.stack)}",
        "",
        _counts(plan),
        "",
        *[f"- **fault** {literal(fault, longest=500)}" for fault in plan.faults[:10]],
        *[f"- **unfinished** {literal(operation)}" for operation in plan.pending[:10]],
        *[f"- **refused** {literal(found.urn)}: {literal(found.message, longest=400)}" for found in against[:20]],
        *([f"- **refused**: {len(against) - 20} more"] if len(against) > 20 else []),  # noqa: PLR2004 -- as above
        "",
    ]
    foot = [
        f"Digest {literal(plan.digest, longest=300)}" if plan.digest else "There is no digest: nothing can be applied.",
        "",
        f"Made in {plan.seconds} s by the engine {literal(plan.engine)}." + (f" [Run]({run})" if run else ""),
        f"<!-- factory:digest {plan.digest} -->",
    ]
    left = limit - ROOM - sum(len(line) + 1 for line in [*head, *foot])
    body: list[str] = []
    shown = 0
    ordered = sorted(plan.steps, key=lambda step: (-danger(step), step.urn))
    for step in ordered:
        # A step without its properties is better than none.
        text = next((text for text in (_step(step), _line(step)) if len(text) < left), "")
        if not text:
            break
        body.append(text)
        left -= len(text) + 1
        shown += 1
    if shown < len(ordered):
        more = f"… {len(ordered) - shown} more steps, less important than these"
        body.append(f"\n{more}: [all of them]({run})" if run else f"\n{more}; `./factory plan` shows them")
    return "\n".join([*head, *body, "", *foot])


def marker(stack: str) -> str:
    """Return the line by which the comment of *stack* is found again."""
    return f"<!-- factory:plan {stack} -->"


def danger(step: PlannedStep) -> int:
    """Return how dangerous *step* is: 3 ends data, 2 ends something, 1 widens a right, 0 neither."""
    if step.op in DESTROYING:
        return 3 if step.protect or bears_data(step) else 2
    widened = step.op != "create" and any(
        RIGHTS.search(each.path) and wider_than_before(each) for each in step.properties
    )
    return int(widened)


_MARKS = ("", "**more rights** ", "**ends** ", "**ends data** ")


def _line(step: PlannedStep) -> str:
    protected = ", protected" if step.protect else ""
    return f"- {_MARKS[danger(step)]}{step.op} {literal(step.name)} ({literal(step.type)}{protected})"


def _step(step: PlannedStep) -> str:
    if not step.properties:
        return _line(step)
    lines = [
        f"  - {literal(each.path)}: {literal(each.before)} → {literal(each.after)}"
        + (" forces replacement" if each.kind.endswith("-replace") else "")
        for each in step.properties
    ]
    return "\n".join([_line(step), "  <details><summary>properties</summary>", "", *lines, "", "  </details>"])


def _counts(plan: Plan) -> str:
    counts = ", ".join(f"**{count} to {op}**" for op, count in sorted(plan.counts.items()) if op != "same")
    return f"{counts or 'No changes'}; {plan.counts.get('same', 0)} unchanged."
