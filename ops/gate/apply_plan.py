"""Apply a plan with the embedded engine, and nothing besides it."""

from pathlib import Path

from engine.actions import apply
from engine.report import Outcome
from engine.run import CanceledError, Diagnostic, Options, Record, Run
from engine.session import Session, Work
from ops.gate.keyed_hash import KeyedHash
from ops.gate.plan import Plan, PlannedStep
from ops.gate.planned_steps import planned_step
from ops.gate.state_items import state_items


def apply_plan(folder: Path, plan: Plan) -> Outcome:
    """Apply *plan*: under the lock the state must still be its state, and each step must be one of its steps.

    Raises:
        LockedError, StateError, PendingError, ProjectError, PassphraseError: as the engine.

    """
    hashes = KeyedHash.of_stack(plan.project, plan.stack)
    watch = _Watch(plan, hashes)
    session = Session(
        folder, plan.stack, verb="up", action=watch.act, options=Options(refresh=True), listener=watch.see
    )
    return session.execute()


class _Watch:
    """Stops a run at the first step that nobody has reviewed; the second belt."""

    def __init__(self, plan: Plan, hashes: KeyedHash) -> None:
        self._plan = plan
        self._hashes = hashes
        self._steps = {(step.op, step.urn): step for step in plan.steps}
        self._run: Run | None = None

    def act(self, work: Work) -> bool:
        self._run = work.run
        found = state_items(work.snapshot.resources, work.snapshot.pending, hashes=self._hashes)
        if found != self._plan.parts["state"]:
            work.run.say("error", "the state has moved between the plan and the lock; nothing was changed: plan again")
            return False
        return apply(work)

    def see(self, event: Record | Diagnostic) -> None:
        if not isinstance(event, Record) or self._run is None:
            return
        step = planned_step(event, hashes=self._hashes)
        if not step.changes or _fits(step, self._steps.get((step.op, step.urn))):
            return
        self._run.say("error", f"the step {step.op} was not reviewed; the run stops before it", step.urn)
        self._run.cancel()
        raise CanceledError


def _fits(step: PlannedStep, planned: PlannedStep | None) -> bool:
    """Tell whether *step* is the *planned* one; what was unknown in the plan may have become any value."""
    if planned is None:
        return False
    known = {each.path: each for each in planned.properties}
    return all(
        each.path in known and (not known[each.path].settled or known[each.path].mark == each.mark)
        for each in step.properties
    )
