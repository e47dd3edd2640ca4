"""What one side of a rehearsal tells, sent to the process that shows it."""

import io
from collections.abc import Callable
from typing import Literal

from rich.console import Console

from rehearsal.show import Show

Told = tuple[Literal["begin", "end", "expect", "say"], tuple[str | int, ...], dict[str, bool | float | str]]
"""Method of a Show, and what it is called with."""


class SentShow(Show):
    """Sends instead of showing."""

    def __init__(self, send: Callable[[Told], None]) -> None:
        """Tell *send* everything."""
        super().__init__(0, console=Console(file=io.StringIO()))
        self._send = send

    def expect(self, more: int) -> None:
        """Expect *more* steps than were known at first."""
        self._send(("expect", (more,), {}))

    def say(self, text: str) -> None:
        """Say one line that stays."""
        self._send(("say", (text,), {}))

    def begin(self, name: str) -> None:
        """Say what is being done."""
        self._send(("begin", (name,), {}))

    def end(self, name: str, *, passed: bool, seconds: float, message: str = "", neither: str = "") -> None:
        """Say how it ended."""
        told: dict[str, bool | float | str] = {
            "passed": passed, "seconds": seconds, "message": message, "neither": neither,
        }  # fmt: skip
        self._send(("end", (name,), told))
