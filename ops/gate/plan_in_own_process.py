"""Make a plan in a process of its own: one process can run one program."""

import subprocess
import sys
from pathlib import Path

from ops.gate.plan import Plan
from ops.gate.refused_error import RefusedError


def plan_in_own_process(folder: Path, stack: str, *, review: str) -> Plan:
    """Return the plan of *stack* as it is now, made by the embedded engine.

    Raises:
        RefusedError: there is none.

    """
    command = [sys.executable, "-P", "-m", "ops", "plan", stack, "--engine", "embedded", "--json"]
    command += ["--cwd", str(folder), "--review", review]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    try:
        plan = Plan.model_validate_json(done.stdout)
    except ValueError:
        raise RefusedError(f"expected a plan of {stack}, the engine made none; what it said is above") from None
    return plan
