"""The named checks of one rehearsal, in the order in which they ran."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from rehearsal.servers.server_process import ServerError
from rehearsal.show import Show
from rehearsal.stack_runner import StackError


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


class CheckList:
    """Runs checks and remembers how they ended."""

    def __init__(self, show: Show) -> None:
        """Begin with none; *show* tells the reader."""
        self.results: list[CheckResult] = []
        self._show = show

    @property
    def passed(self) -> bool:
        """Whether there were checks and all of them passed."""
        return bool(self.results) and all(result.passed for result in self.results)

    def run(self, name: str, work: Callable[[], None]) -> bool:
        """Run one check; anything that a server or an engine says against it is a failure with that text."""
        self._show.begin(name)
        started = time.monotonic()
        message = ""
        try:
            work()
        except CheckFailedError as failure:
            message = str(failure)
        except (psycopg.Error, ServerError, StackError) as error:
            message = f"{type(error).__name__}: {error}".strip()
        result = CheckResult(
            name=name, passed=not message, seconds=round(time.monotonic() - started, 2), message=message
        )
        self.results.append(result)
        self._show.end(result.name, passed=result.passed, seconds=result.seconds, message=result.message)
        return result.passed

    def skip(self, name: str, *, because: str) -> None:
        """Record a check that could not run: it has not passed."""
        message = f"not run, because this failed: {because}"
        self.results.append(CheckResult(name=name, passed=False, seconds=0.0, message=message))
        self._show.end(name, passed=False, seconds=0.0, message=message)
