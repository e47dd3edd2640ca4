"""One thing that was looked for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked for."""

    name: str
    """What was looked for."""

    found: str
    """What is there."""

    ok: bool
    """Whether that is enough."""

    needed: bool = True
    """Whether the project's two commands need it."""

    fix: str = ""
    """The command that helps."""
