"""Make the plan of a stack."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from engine.project import Project
from ops.gate.digest import digest
from ops.gate.fixed_parts import lock_items, settings_items, source_items, version_items
from ops.gate.keyed_hash import KeyedHash
from ops.gate.plan import Plan, PlannedStep
from ops.gate.previewed import Previewing


def make_plan(folder: Path, stack: str, *, review: str, previewing: Previewing) -> Plan:
    """Ask the real objects, compare with what the program declares, and return the plan; nothing is changed.

    Raises:
        ProjectError, PassphraseError, StateError: there is nothing to plan with.

    """
    project = Project.load(folder)
    hashes = KeyedHash.of_stack(project.name, stack)
    # What is fixed is read before the run: what changes meanwhile is another plan.
    parts = {
        "review": {review: hashes.of(kind="review", value=review)},
        "source": source_items(project.program, hashes=hashes),
        "lock": lock_items(project.program, hashes=hashes),
        "versions": version_items(project, engine=previewing.engine, hashes=hashes),
        "settings": settings_items(folder, stack, hashes=hashes),
    }
    found = previewing.preview(folder, stack, hashes=hashes)
    parts["state"] = dict(found.state)
    parts["steps"] = {**step_items(found.steps, hashes=hashes), **found.goals}
    return Plan(
        project=project.name,
        stack=stack,
        engine=previewing.engine,
        review=review,
        digest="" if found.faults else digest(parts, hashes=hashes),
        parts=parts,
        steps=found.steps,
        counts=found.counts,
        pending=found.pending,
        faults=found.faults,
        seconds=round(found.seconds, 1),
    )


def step_items(steps: Iterable[PlannedStep], *, hashes: KeyedHash) -> dict[str, str]:
    """Return a hash of each step with its properties."""
    return {
        f"{step.op} {step.urn}": hashes.of(kind="step", value=cast("JsonValue", step.model_dump(mode="json")))
        for step in steps
    }
