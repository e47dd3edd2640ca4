"""Shares that somebody brings."""

import sys
from collections.abc import Iterator

import typer


def shares_by_hand(needed: int) -> Iterator[str]:
    """Yield shares: each line of standard input, or as many as are *needed* asked for without an echo."""
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    for number in range(needed):
        yield typer.prompt(f"share ({needed - number} still needed)", hide_input=True).strip()
