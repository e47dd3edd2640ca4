"""A short drill in the midst of a rehearsal: what was lost comes back by the words of its runbook."""

from ops.runbook.read_page import PAGES
from rehearsal.drills.place import Place
from rehearsal.drills.run_drill import run_drill
from rehearsal.drills.state_lost import LOST
from rehearsal.lab import Lab, expect


def check_state_lost(lab: Lab) -> None:
    """Prove that a stack whose state file is gone is what it was after its runbook, and that nothing is made twice."""
    place = Place(
        folder=lab.stack.folder,
        home=lab.folder / "recovery",
        environment={**lab.stack.environment(), "PYTHONPATH": str(lab.stack.checkout)},
    )
    place.prepare(lab.stack.checkout)
    result = run_drill(LOST, place, pages=PAGES)
    expect(result.passed, result.fault)
