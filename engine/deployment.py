"""One deployment: takes the program's declarations through planner and steps, and ends it properly."""

import threading
from collections.abc import Sequence
from typing import Final

from engine.changes import SkippedCreate
from engine.deletes import delete_rest
from engine.goal import Goal
from engine.imports import Import
from engine.ledger import Ledger
from engine.planner import Plan, Planner
from engine.plugin import PluginError
from engine.provider import ProviderError
from engine.run import BailError, Run
from engine.state import Resource
from engine.steps import Step, execute
from engine.urn import is_stack
from engine.values import Properties


class Deployment:
    """The work behind the monitor."""

    def __init__(self, run: Run, *, project: str, stack: str, resources: Sequence[Resource]) -> None:
        """Start from the *resources* of the state."""
        self.run: Final = run
        self.project: Final = project
        self.stack: Final = stack
        self.ledger: Final = Ledger(run, project=project, stack=stack, resources=resources)
        self._planner: Final = Planner(self.ledger)
        self._planning: Final = threading.Lock()
        self._components: Final[dict[str, Resource]] = {}
        self._stack_outputs: tuple[str, Properties] | None = None

    def register(self, goal: Goal) -> tuple[Resource, bool]:
        """Do what one registration needs; return the resource as it is then, and whether it was left out.

        Raises:
            BailError: the declaration is refused; said already.
            StepFailedError: a step failed; said already.
            CanceledError: the run stops.

        """
        with self._planning:
            self.run.check()
            plan = self._planner.begin(goal)
        if plan.is_import:
            self._import(plan)
        with self._planning:
            self.run.check()
            try:
                steps = self._planner.decide(plan)
            except (ProviderError, PluginError) as error:
                self.run.say("error", str(error), plan.new.urn)
                raise BailError(str(error)) from error
        if not steps and plan.old is not None:
            return plan.old, False
        execute(self.run, steps)
        last = _result(steps, plan)
        if not goal.custom:
            self._components[last.urn] = last
        return last, isinstance(steps[-1], SkippedCreate)

    def _import(self, plan: Plan) -> None:
        """Read the object and go on as if the state had known it."""
        replacing = plan.old is not None and not plan.recreating
        filled = plan.new.copy()
        step = Import(old=plan.old, new=filled, identity=plan.goal.import_id, replacing=replacing)
        with self._planning:
            steps = self._planner.import_steps(plan, step)
        execute(self.run, steps)
        plan.old, plan.imported = filled, True
        plan.new.created, plan.new.modified = filled.created, filled.modified

    def outputs(self, urn: str, outputs: Properties) -> None:
        """Set a component's outputs; those of the stack itself are kept for the end."""
        if is_stack(urn):
            self._stack_outputs = urn, outputs
            return
        self._set_outputs(urn, outputs)

    def _set_outputs(self, urn: str, outputs: Properties) -> None:
        component = self._components[urn]
        changed = component.outputs != outputs
        component.outputs = outputs
        if self.run.snapshot and changed:
            component.text = None
            self.run.snapshot.end(None, write=False)

    def read(self, new: Resource, name: str) -> Resource:
        """Read an object that somebody else owns."""
        with self._planning:
            self.run.check()
            steps = self._planner.read(new, name)
        execute(self.run, steps)
        return new

    def finish(self) -> None:
        """Delete what is no longer declared.

        Raises:
            BailError, CanceledError, StepFailedError: as `deletes.delete_rest`.

        """
        delete_rest(self.run, self.ledger)

    def stack_outputs(self) -> Properties:
        """Return the outputs of the stack: what the program exported, else what the state has."""
        if self._stack_outputs:
            return self._stack_outputs[1]
        if any(is_stack(urn) for urn in self.ledger.deletes):
            return {}
        return next((resource.outputs for resource in self.ledger.olds.values() if is_stack(resource.urn)), {})

    def close(self) -> None:
        """Record the stack's outputs; after a failure old ones that were not given again are kept."""
        if self._stack_outputs is None or self._stack_outputs[0] not in self._components:
            return
        urn, outputs = self._stack_outputs
        if self.run.failed:
            old = self.ledger.olds.get(urn)
            outputs = {**(old.outputs if old else {}), **outputs}
        self._set_outputs(urn, outputs)


def _result(steps: Sequence[Step], plan: Plan) -> Resource:
    """Return what the last step that has a new side made."""
    for step in reversed(steps):
        if step.new is not None:
            return step.new
    return plan.new
