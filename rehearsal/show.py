"""What the person who waits sees: a progress bar on a terminal, plain lines elsewhere."""

import copy
import os
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Show:
    """Tells what is being done and how each check ended."""

    def __init__(self, total: int, *, console: Console | None = None) -> None:
        """Expect *total* steps."""
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._plain = not self.console.is_terminal or os.environ.get("CI") == "true"
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=self.console,
            transient=True,
            disable=self._plain,
        )
        self._task = self._progress.add_task("", total=total)
        self._side = ""
        self._under_way: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Show the bar, where there is a terminal."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away; what was said stays."""
        self._progress.stop()

    def side(self, name: str) -> Self:
        """Return what tells of one of the things that are done side by side: each of its lines begins with *name*."""
        side = copy.copy(self)
        side._side = f"{name}: "  # noqa: SLF001 - of the same class
        return side

    def expect(self, more: int) -> None:
        """Expect *more* steps than were known at first."""
        self._progress.update(self._task, total=(self._progress.tasks[self._task].total or 0) + more)

    def say(self, text: str) -> None:
        """Print one line that stays."""
        self.console.print(self._side + text, markup=False)

    def begin(self, name: str) -> None:
        """Say what is being done."""
        self._under_way[self._side] = f"{self._side}{name}"
        self._progress.update(self._task, description="; ".join(self._under_way.values()))
        if self._plain:
            self.say(f"…      {name}")

    def end(self, name: str, *, passed: bool, seconds: float, message: str = "", neither: str = "") -> None:
        """Say how it ended; *neither* is the word for what has not passed and not failed."""
        word, style = ("passed", "green") if passed else (neither, "yellow") if neither else ("FAILED", "bold red")
        self.console.print(f"{self._side}{word} {name} ({seconds:.1f} s)", style=style, markup=False)
        if message:
            self.say("       " + message.replace("\n", f"\n{self._side}       "))
        self._progress.advance(self._task)
