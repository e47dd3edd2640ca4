"""The preview of the official CLI, in a process of its own."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from engine.backend import StateError
from engine.project import Project
from ops.gate.exported_items import exported_items, exported_pending
from ops.gate.goal_items import goal_items
from ops.gate.keyed_hash import KeyedHash
from ops.gate.official_records import official_records
from ops.gate.planned_steps import planned_steps
from ops.gate.previewed import Previewed
from ops.official.event_log import document

LAST = 2000
SWITCHES = {"PULUMI_DEBUG_COMMANDS": "true", "PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"}
"""The first gives `--event-log`, the second shows `--plan`."""


class OfficialPreview:
    """Asks the CLI *program*; the plan that it saves stays in *saved*, with secrets in plain: a folder of our own."""

    def __init__(self, program: str, *, saved: Path) -> None:
        """Take the path of the CLI and the place for its plan."""
        self._program = program
        self._saved = saved

    @property
    def engine(self) -> str:
        """Name and version."""
        return f"pulumi {self._output('version').strip().removeprefix('v')}"

    def preview(self, folder: Path, stack: str, *, hashes: KeyedHash) -> Previewed:
        """Return what the CLI would do."""
        where = ("--stack", stack, "--cwd", str(folder))
        # The state is read before the run: what changes meanwhile is another plan.
        exported = json.loads(self._output("stack", "export", "--show-secrets", *where))
        deployment = cast("Mapping[str, JsonValue]", exported.get("deployment") or {})
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="factory-events-") as own:
            log = Path(own) / "events.jsonl"
            options = ("--refresh", "--non-interactive", "--show-secrets", "--suppress-outputs")
            done = self._run(
                "preview", *where, *options, "--event-log", str(log), "--save-plan", str(self._saved)
            )  # fmt: skip
            lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        told = document(
            lines, version="", project=Project.load(folder).name, stack=stack, verb="preview",
            exit_code=done.returncode, seconds=time.monotonic() - started,
        )  # fmt: skip
        faults = [f"{each.urn} {each.message}".strip() for each in told.diagnostics if each.severity == "error"]
        if done.returncode and not faults:
            # What it printed may hold secrets, since the plan was asked for with them.
            faults = ["the preview failed without a reason: `./factory preview` shows it"]
        steps = planned_steps(official_records(lines), hashes=hashes)
        saved = {} if faults else json.loads(self._saved.read_text(encoding="utf-8"))
        return Previewed(
            state=exported_items(deployment, hashes=hashes),
            steps=steps,
            goals=goal_items(saved, urns={step.urn for step in steps}, hashes=hashes),
            counts=told.counts,
            pending=exported_pending(deployment),
            faults=faults,
            seconds=told.seconds,
        )

    def _output(self, *words: str) -> str:
        done = self._run(*words)
        if done.returncode:
            raise StateError(f"`pulumi {' '.join(words[:2])}` failed: {done.stderr.strip()[-LAST:]}")
        return done.stdout

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *words], env={**os.environ, **SWITCHES}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
