"""The gate as a phase of the rehearsal: one pull request, from its plan to the apply of its merge."""

import contextlib
import time
from pathlib import Path

from rehearsal.check_list import CheckList
from rehearsal.gate.edge_checks import bound, essential_gate_checks, following_gate_checks
from rehearsal.gate.edge_gate import EdgeGate, edge_gate
from rehearsal.main.edge import Edge
from rehearsal.outcome import Outcome
from rehearsal.parity import PartUsed

PHASE = "gate"
PREPARED = "gate: a repository with two who may write"


def rehearse_gate(folder: Path, edge: Edge, checks: CheckList) -> Outcome:
    """Rehearse it on the servers of the *edge*, as the last that uses them."""
    begun = time.monotonic()
    prepared: list[EdgeGate] = []
    with contextlib.ExitStack() as stack:
        if checks.run(PREPARED, lambda: prepared.append(stack.enter_context(edge_gate(folder, edge)))):
            checks.run_all(bound(essential_gate_checks(), prepared[0]), bound(following_gate_checks(), prepared[0]))
    workflows = PartUsed(
        name="workflows of the gate", production="the runner of Gitea runs .gitea/workflows",
        used="stand-in: their commands, with the variables of a run", same=False,
    )  # fmt: skip
    return Outcome(parts=[workflows], seconds={PHASE: time.monotonic() - begun})
