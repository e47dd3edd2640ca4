"""The named checks of one rehearsal, in the order in which they ran."""

import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx
import psycopg

from rehearsal.machines.machine import MachineError
from rehearsal.servers.server_process import ServerError
from rehearsal.show import Show
from rehearsal.stack_runner import StackError

NOT_ENFORCEABLE = "not enforceable"
REFUSALS = (psycopg.Error, httpx.HTTPError, ServerError, StackError, MachineError, subprocess.SubprocessError)


@dataclass(frozen=True, kw_only=True)
class NotEnforceable:
    """What a check found that nothing can enforce: neither passed nor failed, and said in the report."""

    reason: str
    """What cannot be enforced, and why."""


Work = Callable[[], str | NotEnforceable | None]
"""One check; it may return figures that the reader sees."""


class CheckFailedError(AssertionError):
    """What a check looked at is not as expected."""


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """How one check ended."""

    name: str
    """What was checked."""
    passed: bool
    """Whether it is so."""
    seconds: float
    """How long it took."""
    message: str = ""
    """What was expected and found, where it did not pass."""
    figures: str = ""
    """What was measured, where something was."""
    began: float = 0.0
    """When it began, in seconds since the epoch; 0 where it did not."""
    not_enforceable: str = ""
    """What nothing can enforce, where that is what the check found: it has not passed, and nothing failed."""

    @property
    def failed(self) -> bool:
        """Whether it stands against the rehearsal."""
        return not (self.passed or self.not_enforceable)


class CheckList:
    """Runs checks and remembers how they ended."""

    def __init__(self, show: Show) -> None:
        """Begin with none; *show* tells the reader."""
        self.results: list[CheckResult] = []
        self._show = show

    @property
    def passed(self) -> bool:
        """Whether there were checks and none of them failed."""
        return bool(self.results) and not any(result.failed for result in self.results)

    def run_all(self, essential: Iterable[tuple[str, Work]], following: Iterable[tuple[str, Work]]) -> None:
        """Run all checks; without the *essential* ones those that come after them are not run."""
        failed = ""
        for name, work in essential:
            if failed:
                self.skip(name, because=failed)
            elif not self.run(name, work):
                failed = name
        for name, work in following:
            if failed:
                self.skip(name, because=failed)
            else:
                self.run(name, work)

    def run(self, name: str, work: Work) -> bool:
        """Run one check; what a server or an engine says against it is a failure with that text. Return if none."""
        self._show.begin(name)
        began, started = time.time(), time.monotonic()
        message = figures = limit = ""
        try:
            found = work() or ""
            figures, limit = ("", found.reason) if isinstance(found, NotEnforceable) else (found, "")
        except CheckFailedError as failure:
            message = str(failure)
        except REFUSALS as error:
            message = f"{type(error).__name__}: {error}".strip()
        result = CheckResult(
            name=name, passed=not (message or limit), seconds=round(time.monotonic() - started, 2), message=message,
            figures=figures, not_enforceable=limit, began=began,
        )  # fmt: skip
        self.results.append(result)
        self._show.end(
            result.name, passed=result.passed, seconds=result.seconds, message=message or limit or figures,
            neither=NOT_ENFORCEABLE if limit else "",
        )  # fmt: skip
        return not result.failed

    def skip(self, name: str, *, because: str) -> None:
        """Record a check that could not run: it has not passed."""
        message = f"not run, because this failed: {because}"
        self.results.append(CheckResult(name=name, passed=False, seconds=0.0, message=message))
        self._show.end(name, passed=False, seconds=0.0, message=message)
