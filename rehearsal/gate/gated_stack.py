"""A stack on real servers, and the verbs of the gate on it."""

import dataclasses
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rehearsal.bring_up import CHECKOUT
from rehearsal.lab import Lab

MAIN = "refs/heads/main"


@dataclasses.dataclass(frozen=True, kw_only=True)
class GatedStack:
    """A stack on real servers, whose program and plugins are copies that may be spoiled."""

    lab: Lab
    """The servers and the stack."""
    more: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Variables that another stack beside it needs."""

    @property
    def file(self) -> Path:
        """Where a reviewed plan is kept."""
        return self.lab.folder / "reviewed.json"

    def plan(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Make a plan and keep it as the reviewed one."""
        return self.run("plan", "--out", str(self.file), *words)

    def apply(self, *words: str, ref: str = MAIN, reviewed: str | None = None) -> subprocess.CompletedProcess[str]:
        """Apply the reviewed plan."""
        return self.run("apply", "--reviewed", reviewed or str(self.file), *words, environment={"GITHUB_REF": ref})

    def run(
        self, verb: str, *words: str, environment: Mapping[str, str] | None = None, of: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run *verb* on the stack, or on another stack *of* the same folder."""
        stack = self.lab.stack
        return subprocess.run(
            [
                sys.executable, "-P", "-m", "ops", verb, of or stack.stack, "--engine", stack.engine,
                "--cwd", str(stack.folder), *words,
            ],
            env={**self.more, **stack.environment(), **(environment or {})}, cwd=CHECKOUT, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
