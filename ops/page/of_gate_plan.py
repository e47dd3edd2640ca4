"""What the page says of a plan that waits for its review."""

from collections.abc import Sequence

from ops.gate.plan import Plan, PlannedStep
from ops.page.content import Change, Content, Verdict
from ops.page.content import Plan as ShownPlan
from ops.page.of_plan import DANGEROUS, SIGNS, STACK


def content_of(plan: Plan) -> Content:
    """Return the page of *plan*: what is dangerous first, faults and what is half done as verdicts."""
    changes = sorted((_change(step) for step in plan.steps), key=lambda change: not change.dangerous)
    counts = [f"{number} {word}" for word, number in sorted(plan.counts.items()) if word != "same"] or ["no changes"]
    unchanged = plan.counts.get("same", 0)
    wrong = [*((fault, "failed") for fault in plan.faults), *((one, "half done") for one in plan.pending)]
    return Content(
        title=f"Plan of {plan.stack}",
        verdict=_verdict(plan, changes),
        good=not wrong,
        verdicts=[Verdict(name=text.splitlines()[0], word=word, text=text) for text, word in wrong],
        plans=[
            ShownPlan(
                title=f"{plan.stack}{f' for {plan.review}' if plan.review else ''}, {plan.engine}",
                summary=f"{', '.join(counts)}; {unchanged} unchanged; {plan.seconds:.1f} s",
                changes=changes,
            )
        ],
    )


def _verdict(plan: Plan, changes: Sequence[Change]) -> str:
    if plan.faults:
        return "no digest: the plan has faults"
    lost = sum(change.dangerous for change in changes)
    found = f"{len(changes)} to change, {lost or 'none'} deleted or replaced" if changes else "nothing to change"
    half = f", {len(plan.pending)} half done" if plan.pending else ""
    return f"{found}{half}; digest {plan.digest}"


def _change(step: PlannedStep) -> Change:
    types = step.urn.split("::")[2].split("$")
    return Change(
        op=step.op,
        type=step.type,
        name=step.name,
        path=[kind.rpartition(":")[2] for kind in types[:-1] if kind != STACK],
        dangerous=step.op in DANGEROUS,
        details=[
            f"{SIGNS.get(each.kind.removesuffix('-replace'), '~')} {each.path}: {each.before or 'none'} → {each.after}"
            + ("  (forces replacement)" if each.kind.endswith("-replace") else "")
            for each in step.properties
        ],
    )
