"""What stops a run when the world moves between the plan and the apply."""

import json
import subprocess
import sys

import pytest

from rehearsal.bring_up import CHECKOUT
from rehearsal.gate.gated_stack import GatedStack

pytestmark = pytest.mark.slow

APPLY = """
import sys
from pathlib import Path
from ops.gate.apply_plan import apply_plan
from ops.gate.plan import Plan
outcome = apply_plan(Path(sys.argv[1]), Plan.model_validate_json(sys.stdin.read()))
print(outcome.succeeded, *(each.message for each in outcome.diagnostics), sep="\\n")
"""


def _applied(gated: GatedStack, plan: dict[str, object]) -> str:
    stack = gated.lab.stack
    done = subprocess.run(
        [sys.executable, "-P", "-c", APPLY, str(stack.folder)], env=stack.environment(), cwd=CHECKOUT,
        input=json.dumps(plan), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_a_step_that_nobody_reviewed(gated: GatedStack) -> None:
    """A run whose plan lacks a step, or has another value in it, stops before that step."""
    with gated.lab.server.connect() as connection:
        connection.execute("GRANT CONNECT ON DATABASE webapp TO PUBLIC")
    for spoiled in (False, True):
        gated.plan()
        plan = json.loads(gated.file.read_text(encoding="utf-8"))
        assert plan["steps"]
        other = [
            {**step, "properties": [{**each, "mark": "0"} for each in step["properties"]]} for step in plan["steps"]
        ]

        said = _applied(gated, {**plan, "steps": other if spoiled else []})

        assert said.startswith("False\n"), said
        assert "was not reviewed; the run stops" in said
    # What was read is in the state by now, so that a plan is another one.
    gated.plan()
    assert _applied(gated, json.loads(gated.file.read_text(encoding="utf-8"))).startswith("True\n")
