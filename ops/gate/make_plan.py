"""Make the plan of a stack with the embedded engine."""

from pathlib import Path
from typing import cast

from pydantic import JsonValue

from engine.backend import VERSION, Backend
from engine.project import Project
from engine.run import Options
from engine.verbs import run_verb
from ops.gate.digest import digest
from ops.gate.fixed_parts import lock_items, settings_items, source_items, version_items
from ops.gate.keyed_hash import KeyedHash
from ops.gate.plan import Plan, PlannedStep
from ops.gate.planned_steps import planned_steps
from ops.gate.state_items import state_items

ENGINE = f"embedded {VERSION}"


def make_plan(folder: Path, stack: str, *, review: str) -> Plan:
    """Ask the real objects, compare with what the program declares, and return the plan; nothing is changed.

    Raises:
        ProjectError, PassphraseError, StateError: there is nothing to plan with.

    """
    project = Project.load(folder)
    hashes = KeyedHash.of_stack(project.name, stack)
    # The state is read before the run and the fixed parts as well: what changes meanwhile is another plan.
    snapshot = Backend(project, stack).load()
    parts = {
        "review": {review: hashes.of(kind="review", value=review)},
        "source": source_items(project.program, hashes=hashes),
        "lock": lock_items(project.program, hashes=hashes),
        "versions": version_items(project, engine=ENGINE, hashes=hashes),
        "settings": settings_items(folder, stack, hashes=hashes),
        "state": state_items(snapshot.resources, snapshot.pending, hashes=hashes),
    }
    outcome = run_verb(folder, stack, verb="preview", options=Options(preview=True, refresh=True))
    steps = planned_steps(outcome.records, hashes=hashes)
    parts["steps"] = step_items(steps, hashes=hashes)
    faults = [f"{each.urn} {each.message}".strip() for each in outcome.diagnostics if each.severity == "error"]
    if not outcome.succeeded and not faults:
        faults = ["the preview failed without a reason"]
    return Plan(
        project=project.name,
        stack=stack,
        engine=ENGINE,
        review=review,
        digest="" if faults else digest(parts, hashes=hashes),
        parts=parts,
        steps=steps,
        counts=dict(outcome.counts),
        pending=[f"{each.kind} {each.resource.urn}" for each in snapshot.pending],
        faults=faults,
        seconds=round(outcome.seconds, 1),
    )


def step_items(steps: list[PlannedStep], *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of each step with its properties."""
    return {
        f"{step.op} {step.urn}": hashes.of(kind="step", value=cast("JsonValue", step.model_dump(mode="json")))
        for step in steps
    }
