"""The preview of the embedded engine, in this process."""

from pathlib import Path

from engine.backend import VERSION, Backend
from engine.project import Project
from engine.run import Options
from engine.verbs import run_verb
from ops.gate.keyed_hash import KeyedHash
from ops.gate.planned_steps import planned_steps
from ops.gate.previewed import Previewed
from ops.gate.state_items import state_items


class EmbeddedPreview:
    """Asks the embedded engine."""

    engine = f"embedded {VERSION}"

    def preview(self, folder: Path, stack: str, *, hashes: KeyedHash) -> Previewed:
        """Return what the engine would do."""
        # The state is read before the run: what changes meanwhile is another plan.
        snapshot = Backend(Project.load(folder), stack).load()
        outcome = run_verb(folder, stack, verb="preview", options=Options(preview=True, refresh=True))
        faults = [f"{each.urn} {each.message}".strip() for each in outcome.diagnostics if each.severity == "error"]
        if not outcome.succeeded and not faults:
            faults = ["the preview failed without a reason"]
        return Previewed(
            state=state_items(snapshot.resources, snapshot.pending, hashes=hashes),
            steps=planned_steps(outcome.records, hashes=hashes),
            goals={},
            counts=dict(outcome.counts),
            pending=[f"{each.kind} {each.resource.urn}" for each in snapshot.pending],
            faults=faults,
            seconds=outcome.seconds,
        )
