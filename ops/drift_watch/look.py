"""Ask all objects of a stack how they are, and record nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ops.drift_watch.drift_finding import DriftFinding
from ops.engines.options import EngineChoice
from ops.official.event_log import Document

LONGEST = 500


def look(folder: Path, stack: str, *, engine: EngineChoice) -> list[DriftFinding]:
    """Return what is not as the state of *stack* says; a process of its own asks, since one can run one program."""
    command = [sys.executable, "-P", "-m", "ops", "refresh", stack, "--preview-only", "--json"]
    command += ["--engine", engine, "--cwd", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        document = Document.model_validate_json(done.stdout)
    except ValueError:
        return [_not_reached(stack, "", done.stderr)]
    return [*drift_in(document, stack=stack)]


def drift_in(document: Document, *, stack: str) -> Iterator[DriftFinding]:
    """Yield what a refresh that recorded nothing found."""
    for step in document.steps:
        if step.op == "delete":
            yield DriftFinding(stack=stack, urn=step.urn, type=step.type, state="gone", what=[])
        elif step.op in ("update", "refresh") and step.diff:
            yield DriftFinding(stack=stack, urn=step.urn, type=step.type, state="changed", what=sorted(step.diff))
    errors = [each for each in document.diagnostics if each.severity == "error"]
    for error in errors:
        yield _not_reached(stack, error.urn, error.message)
    if document.result == "failed" and not errors:
        yield _not_reached(stack, "", "the refresh failed without a reason")


def _not_reached(stack: str, urn: str, message: str) -> DriftFinding:
    said = message.strip()
    kind = urn.split("::")[2].rpartition("$")[2] if urn else ""
    return DriftFinding(
        stack=stack, urn=urn, type=kind, state="not reached", what=[said[-LONGEST:] or "nothing was said"]
    )
